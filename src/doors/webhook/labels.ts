// Labels are a level, not an edge: "the label is there now and was not there when we last looked".
import type { LabelsEvent } from '../../domain/event.js';
import { issueKeyOf, type IssueRef } from '../../domain/refs.js';
import { LIVE } from '../../domain/task.js';
import { ask } from '../../verbs/ask.js';
import type { VerbDeps } from '../../verbs/verb.js';
import type { Forge } from '../../forges/forge.js';
import type { Delivery, DeliveryOutcome } from '../../store/inbox.js';

/** So much later than the label's own time its own delivery may say that the issue was changed. */
const MOST_APART_MS = 2_000;

/** What the delivery says of the issue, and who caused it. */
type ToldIssue = Pick<LabelsEvent, 'issue' | 'actor'>;

/** Reads the labels from the forge: what the delivery says about them is not true on every forge. */
export async function labelsChanged(
  deps: VerbDeps,
  forge: Forge,
  told: ToldIssue,
  delivery: Pick<Delivery, 'id' | 'seq'>,
): Promise<DeliveryOutcome> {
  const { subject } = told.issue;
  const present = await oursOn(deps, forge, subject);
  const issueKey = issueKeyOf(subject);
  const before = (await deps.store.records.labels.get(issueKey)) ?? [];
  const notes: string[] = [];
  let handled = false;
  for (const label of present.filter((name) => !before.includes(name))) {
    const done = await setLabel(deps, forge, told, label, delivery);
    handled ||= done.isDone;
    notes.push(`label ${label}: ${done.note}`);
  }
  // After the commands: a crash in between asks again, and their origin keeps them from running twice.
  await deps.store.records.labels.set(issueKey, present);
  if (notes.length === 0) return { result: 'ignored', note: 'no label of ours is new here' };
  return { result: handled ? 'handled' : 'refused', note: notes.join('; ') };
}

/** What came with an issue from another repository was set there: remembered as seen, so that it asks nothing here. */
export async function labelsKept(deps: VerbDeps, forge: Forge, subject: IssueRef): Promise<void> {
  await deps.store.records.labels.set(issueKeyOf(subject), await oursOn(deps, forge, subject));
}

/** The labels on it that stand for a verb, each once. */
async function oursOn({ config }: VerbDeps, forge: Forge, subject: IssueRef): Promise<string[]> {
  const verbs = config().trigger.labels;
  const present = await forge.getLabels(subject);
  return [...new Set(present)].filter((label) => verbs[label] !== undefined);
}

interface Done {
  readonly isDone: boolean;
  readonly note: string;
}

async function setLabel(
  deps: VerbDeps,
  forge: Forge,
  told: ToldIssue,
  label: string,
  delivery: Pick<Delivery, 'id' | 'seq'>,
): Promise<Done> {
  const { subject } = told.issue;
  const setter = await forge.whoSetLabel(subject, label);
  if (setter === undefined) return { isDone: false, note: 'the forge does not say who set it' };
  const { id, login, kind, at, lastId } = setter;
  const actor = { id, login, kind };
  // Told by a later delivery, whoever caused that: the text may have been changed since, by anybody.
  const laterMs = Date.parse(told.issue.updatedAt) - Date.parse(at);
  if (laterMs > (told.actor.id === actor.id ? MOST_APART_MS : 0))
    return { isDone: false, note: 'the issue was touched after the label was set: set it again' };
  const self = await forge.self();
  if (actor.id === self.id) return { isDone: false, note: "kugetsu's own" };
  if (actor.kind === 'bot' && !deps.config().trigger.bots.includes(actor.login))
    return { isDone: false, note: 'set by a bot' };
  const live = await deps.store.queue.ofIssue(issueKeyOf(subject), LIVE);
  if (live.length > 0) return { isDone: false, note: `${live[0]?.id ?? 'a task'} is under way here already` };
  const { result, note } = await ask(deps, {
    principal: { kind: 'account', actor, proven: undefined },
    verb: deps.config().trigger.labels[label] ?? 'start',
    subject,
    given: { kind: 'text', rest: '' },
    origin: `label:${issueKeyOf(subject)}:${label}:${delivery.seq}`,
    replyTo: { kind: 'comment', subject, commentId: undefined, answers: '' },
    trigger: { issue: told.issue, at, lastId },
    about: { delivery: delivery.id },
  });
  return { isDone: result.kind !== 'refused', note };
}
