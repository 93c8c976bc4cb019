// Carries out one ask, from its words to its stored effects. Every door ends here.
import { aboutSubject, aboutTask } from '../domain/about.js';
import { actorOf } from '../domain/principal.js';
import { issueKeyOf, showSubject } from '../domain/refs.js';
import type { Refusal, Result } from '../domain/result.js';
import { ForgeError, type ForgeErrorCode } from '../forges/forge.js';
import { passingOf } from '../forges/passing.js';
import type { Tables } from '../store/store.js';
import { inOrder } from '../support/in-order.js';
import { suggest } from '../support/suggest.js';
import { sessionOf } from '../work/whose-session.js';
import { noteOf, outcomeOf } from '../words/note.js';
import { isNarrowed, judge, type Audience } from './authorize.js';
import { parseArguments } from './flags.js';
import { askForEyes, askForReply } from './reply.js';
import { findVerb, VERBS } from './table.js';
import { refuse, type Ask, type Decision, type Done, type Verb, type VerbDeps } from './verb.js';

export interface Asked {
  readonly result: Result;
  /** One sentence for the log and `explain`. */
  readonly note: string;
  /** It was carried out before: this is what became of it then. */
  readonly again: boolean;
}

/**
 * Strangers get silence; people who may use kugetsu get an answer to everything, also to a typo. Two about one subject are
 * carried out one after the other: what the second decides on is what the first left.
 */
export async function ask(deps: VerbDeps, on: Ask): Promise<Asked> {
  const { subject } = on;
  return subject === undefined
    ? await carryOut(deps, on)
    : await inOrder(deps.asking, issueKeyOf(subject), () => carryOut(deps, on));
}

async function carryOut(deps: VerbDeps, on: Ask): Promise<Asked> {
  const before = await deps.store.inbox.findCommand(on.origin);
  if (before !== undefined) return { ...before, again: true };
  const verb = findVerb(on.verb);
  const where = placeOf(deps, on);
  if (where === 'gone') return await end(deps, on, refuse(noSuch(on)));
  const verdict = await judge(deps, on.principal, verb?.audience ?? 'trigger', where);
  if (!verdict.allowed) return await notAllowed(deps, on, where, verdict.reason);
  const beyond = await beyondReach(deps, on, where, verb?.audience ?? 'trigger');
  if (beyond !== undefined) return await notAllowed(deps, on, where, beyond);
  return await end(deps, on, await decide(deps, on, verb));
}

type Where = { readonly forge: NonNullable<ReturnType<VerbDeps['forges']['get']>> } & {
  readonly subject: NonNullable<Ask['subject']>;
};

/** A token for a pull request alone: what it asks there would reach the session of an issue. The reason, when that is not its own. */
async function beyondReach(
  deps: VerbDeps,
  { principal }: Ask,
  where: Where | undefined,
  audience: Audience,
): Promise<string | undefined> {
  if (where === undefined || !isNarrowed(principal, where.subject)) return undefined;
  const session = await sessionOf(deps.store, where.forge, where.subject);
  if (session === undefined) return undefined;
  const verdict = await judge(deps, principal, audience, { ...where, subject: session.subject });
  return verdict.allowed ? undefined : `${verdict.reason}, whose session this is`;
}

/** `gone`: its forge is no longer in the config. */
function placeOf(deps: VerbDeps, { subject }: Ask): Where | 'gone' | undefined {
  if (subject === undefined) return undefined;
  const forge = deps.forges.get(subject.repo.forge);
  return forge === undefined ? 'gone' : { forge, subject };
}

function noSuch({ subject }: Ask): Refusal {
  return { code: 'no_such_subject', subject: subject === undefined ? '' : showSubject(subject) };
}

/** Somebody who may start work but not this verb is told; everybody else hears nothing. */
async function notAllowed(deps: VerbDeps, on: Ask, where: Where | undefined, reason: string): Promise<Asked> {
  const result: Result = { kind: 'refused', refusal: { code: 'not_allowed', verb: on.verb } };
  const note = `${actorOf(on.principal).login} may not use ${on.verb}: ${reason}`;
  const isKnown = (await judge(deps, on.principal, 'trigger', where)).allowed;
  if (isKnown) await end(deps, on, refuse(result.refusal), note);
  else tell(deps, on, { result }, note);
  return { result, note, again: false };
}

async function decide(deps: VerbDeps, on: Ask, verb: Verb | undefined): Promise<Decision> {
  if (verb === undefined) {
    const names = VERBS.map((known) => known.name);
    const near = suggest(on.verb, names);
    return refuse({ code: 'unknown_verb', ...(near !== undefined && { near }) });
  }
  const parsed = argumentsOf(on, verb);
  if (!parsed.ok) return refuse({ code: 'bad_arguments', problem: parsed.problem });
  const { trigger, replyTo } = on;
  const call = {
    actor: actorOf(on.principal),
    commentId: replyTo.kind === 'comment' ? replyTo.commentId : undefined,
    trigger,
    flags: parsed.flags,
    message: parsed.message,
  };
  try {
    if (verb.about === 'anything') {
      const { principal, subject } = on;
      return await verb.decide(deps, { ...call, subject, onlySubject: isNarrowed(principal, subject) });
    }
    const where = placeOf(deps, on);
    if (where === undefined || where === 'gone')
      return refuse({
        code: 'bad_arguments',
        problem: `\`${verb.name}\` needs a subject, such as \`work:acme/api#14\`.`,
      });
    return await verb.decide(deps, { ...call, ...where });
  } catch (error) {
    return definiteAnswer(error, on);
  }
}

function argumentsOf({ given }: Ask, verb: Verb): ReturnType<typeof parseArguments> {
  switch (given.kind) {
    case 'text':
      return parseArguments(given.rest, verb.flags);
    case 'parsed': {
      const unknown = Object.keys(given.flags).find((name) => !verb.flags.some((flag) => flag.name === name));
      if (unknown !== undefined) return { ok: false, problem: `There is no option \`--${unknown}\` here.` };
      return { ok: true, flags: given.flags, message: given.message.trim() };
    }
  }
}

/** A forge that says "not found" or "forbidden" will say so again: that is an answer. What passes is waited for. */
function definiteAnswer(error: unknown, { verb }: Ask): Decision {
  if (!(error instanceof ForgeError) || passingOf(error) !== undefined) throw error;
  const because = inShort(error.code);
  if (because === undefined) throw error;
  const { fix } = error.details;
  return refuse({ code: 'forge_refused', verb, because, ...(fix !== undefined && { fix }) });
}

/** Undefined for what passes by itself. */
function inShort(code: ForgeErrorCode): Extract<Refusal, { code: 'forge_refused' }>['because'] | undefined {
  switch (code) {
    case 'not_found':
    case 'gone':
      return 'not_found';
    case 'forbidden':
      return 'forbidden';
    case 'conflict':
    case 'invalid':
      return 'invalid';
    case 'unauthorized':
    case 'archived':
    case 'rate_limited':
    case 'unavailable':
      return undefined;
  }
}

async function end(deps: VerbDeps, on: Ask, decision: Decision, said?: string): Promise<Asked> {
  const done = await deps.store.transaction((tables) => commit(deps, tables, on, decision, said));
  if (done === 'before') return { ...(await recorded(deps, on)), again: true };
  decision.after?.();
  deps.wake();
  const note = said ?? noteOf(done.result);
  tell(deps, on, done, note);
  return { result: done.result, note: `${on.verb}: ${note}`, again: false };
}

/** Two with the same origin at the same time: the other one was faster. */
async function recorded(deps: VerbDeps, { origin }: Ask): Promise<Omit<Asked, 'again'>> {
  const found = await deps.store.inbox.findCommand(origin);
  if (found === undefined) throw new Error(`the ask ${origin} was recorded and is not there`);
  return found;
}

/** One transaction: what it decided, the record that it was carried out, and what is to be said about it. */
async function commit(
  deps: VerbDeps,
  tables: Tables,
  on: Ask,
  decision: Decision,
  said: string | undefined,
): Promise<Done | 'before'> {
  const now = deps.now();
  const { origin, verb, subject, replyTo } = on;
  if ((await tables.inbox.findCommand(origin)) !== undefined) return 'before';
  if (replyTo.kind === 'comment' && replyTo.commentId !== undefined)
    await askForEyes(tables, replyTo.subject, replyTo.commentId, now);
  const done = await decision.apply(tables);
  if (isRemembered(on, done.result))
    await tables.inbox.recordCommand({
      origin,
      verb,
      issueKey: subject === undefined ? '' : issueKeyOf(subject),
      actor: actorOf(on.principal),
      note: `${verb}: ${said ?? noteOf(done.result)}`,
      result: done.result,
      at: now,
    });
  if (replyTo.kind === 'comment')
    await askForReply(deps, tables, { ...replyTo, key: origin, result: done.result }, now);
  return done;
}

/** What changed nothing need not be, unless somebody may ask for the very same again: else a reader could fill the disk. */
function isRemembered({ replyTo }: Ask, result: Result): boolean {
  if (replyTo.kind === 'comment' || replyTo.named) return true;
  switch (outcomeOf(result)) {
    case 'answered':
    case 'nothing':
    case 'refused':
      return false;
    case 'queued':
    case 'stopped':
    case 'handled':
      return true;
  }
}

/** One line for the ask with the tasks it queued, and one for each task it ended. */
function tell(deps: VerbDeps, on: Ask, { result, queued, stopped }: Done, note: string): void {
  const { subject, about, verb, principal } = on;
  const { login } = actorOf(principal);
  const [first] = queued ?? stopped ?? [];
  deps.log.info('command.done', {
    ...(subject !== undefined && aboutSubject(subject)),
    ...about,
    actor: login,
    verb,
    ...(first !== undefined && { task: first.id, session: first.sessionId }),
    result: outcomeOf(result),
    note,
  });
  for (const task of stopped ?? [])
    deps.log.info('task.stopped', { ...aboutTask(task), ...about, by: login });
}
