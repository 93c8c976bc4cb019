// What each event asks of kugetsu: commands in comments and issue bodies, labels, the end of pull requests.
import {
  subjectOf,
  type CommentEvent,
  type ForgeEvent,
  type IssueEvent,
  type ReviewEvent,
} from '../domain/event.js';
import { isRepoPath, type Actor, type RepoRef } from '../domain/refs.js';
import type { Forge } from '../forges/forge.js';
import type { Delivery, DeliveryOutcome, Store } from '../store/store.js';
import { labelsChanged, labelsKept, type LabelsDeps } from './labels.js';
import { pullEnded, pullReopened, type PullsDeps } from './pulls.js';

export interface RouteDeps extends LabelsDeps, PullsDeps {
  readonly store: Store;
  readonly forgeOf: (name: string) => Forge | undefined;
  /** Is this repository (or this one issue of it) in the config's list? Nothing outside it runs. */
  readonly isListed: (repo: RepoRef, number: number | undefined) => boolean;
  /** Carries out the commands in a text. */
  readonly commandsIn: (
    forge: Forge,
    event: CommentEvent | IssueEvent,
    delivery: string,
  ) => Promise<DeliveryOutcome>;
  /** Carries out the commands in a submitted review and in its comments on lines. */
  readonly commandsInReview: (forge: Forge, event: ReviewEvent, delivery: string) => Promise<DeliveryOutcome>;
  /** Bot accounts that may use kugetsu, by login. */
  readonly bots: () => readonly string[];
}

type RealEvent = Exclude<ForgeEvent, { type: 'ping' } | { type: 'ignored' }>;

/** What became of a delivery, and whether kugetsu itself caused it: the forge tells it of its own comments too. */
export interface Routed extends DeliveryOutcome {
  readonly isEcho?: boolean;
}

export async function route(deps: RouteDeps, event: ForgeEvent, delivery: Delivery): Promise<Routed> {
  if (event.type === 'ping' || event.type === 'ignored') return ignored('asks nothing');
  const forge = deps.forgeOf(event.repo.forge);
  if (forge === undefined) return ignored('its forge is no longer in the config');
  if (!isRepoPath(event.repo.path))
    return { result: 'refused', note: 'the name of the repository is not one' };
  if (!(await isListed(deps, event)))
    return { result: 'refused', note: `${event.repo.path} is not in \`repos\` of the config` };
  await deps.store.repos.saw(event.repo);
  const outcome = await act(deps, forge, event, delivery);
  if (outcome.result !== 'ignored') return outcome;
  const self = await forge.self().catch(() => undefined);
  return { ...outcome, isEcho: event.actor.id === self?.id };
}

async function act(
  deps: RouteDeps,
  forge: Forge,
  event: RealEvent,
  delivery: Delivery,
): Promise<DeliveryOutcome> {
  switch (event.type) {
    case 'comment.created':
    case 'comment.edited':
      return (await dropped(deps, forge, event.actor)) ?? (await deps.commandsIn(forge, event, delivery.id));
    case 'issue.opened': {
      const drop = await dropped(deps, forge, event.actor);
      if (drop !== undefined) return drop;
      if (event.transferred === true) {
        await labelsKept(deps, forge, event.issue.subject);
        return ignored('the issue was moved here from another repository: that asks nothing');
      }
      const labels = await labelsChanged(deps, forge, event, delivery);
      const commands = await deps.commandsIn(forge, event, delivery.id);
      return commands.result === 'ignored' ? labels : commands;
    }
    case 'labels.changed':
      // Not dropped by its sender: who set the label is asked of the forge, label by label.
      return await labelsChanged(deps, forge, event, delivery);
    case 'pr.closed':
    case 'pr.merged':
      return await pullEnded(deps, forge, event.pull.subject, event.actor);
    case 'pr.reopened':
      return await pullReopened(deps, forge, event.pull.subject);
    case 'review.submitted':
      return (
        (await dropped(deps, forge, event.actor)) ?? (await deps.commandsInReview(forge, event, delivery.id))
      );
    case 'comment.deleted':
      return ignored('a deleted comment runs nothing');
    case 'pr.opened':
    case 'pr.synchronized':
      return ignored('the pull request is read when it is needed');
    case 'push':
      return ignored('branches are fetched when they are needed');
  }
}

/** A rule for one issue covers the pull request of its session too. */
async function isListed(deps: RouteDeps, event: RealEvent): Promise<boolean> {
  const number = subjectOf(event)?.number;
  if (deps.isListed(event.repo, number)) return true;
  if (number === undefined) return false;
  const session = await deps.store.sessions.byPull(event.repo, number);
  return session !== undefined && deps.isListed(event.repo, session.subject.number);
}

/** Our own account and bots that are not listed are dropped before anything is parsed. */
async function dropped(deps: RouteDeps, forge: Forge, actor: Actor): Promise<DeliveryOutcome | undefined> {
  const self = await forge.self();
  if (actor.id === self.id) return ignored("kugetsu's own");
  if (actor.kind === 'system') return ignored(`${actor.login} is an account of the forge itself`);
  if (actor.kind === 'bot' && !deps.bots().includes(actor.login)) {
    return ignored(`${actor.login} is a bot that is not in \`trigger.bots\``);
  }
  return undefined;
}

function ignored(note: string): DeliveryOutcome {
  return { result: 'ignored', note };
}
