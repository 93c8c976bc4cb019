// What each event asks of kugetsu: commands in comments and issue bodies, labels, the end of pull requests.
import { subjectOf, type ForgeEvent } from '../../domain/event.js';
import { matchRepo } from '../../config/match.js';
import { isRepoPath, numberOf, type Actor } from '../../domain/refs.js';
import type { Forge } from '../../forges/forge.js';
import type { Delivery, DeliveryOutcome } from '../../store/inbox.js';
import type { VerbDeps } from '../../verbs/verb.js';
import { commandsIn } from './in-text.js';
import { commandsInReview } from './in-review.js';
import { labelsChanged, labelsKept } from './labels.js';
import { pullEnded, pullReopened } from '../../work/pull-ended.js';

type RealEvent = Exclude<ForgeEvent, { type: 'ping' } | { type: 'ignored' }>;

/** What became of a delivery, and whether kugetsu itself caused it: the forge tells it of its own comments too. */
export interface Routed extends DeliveryOutcome {
  readonly isEcho?: boolean;
}

export async function route(deps: VerbDeps, event: ForgeEvent, delivery: Delivery): Promise<Routed> {
  if (event.type === 'ping' || event.type === 'ignored') return ignored('asks nothing');
  const forge = deps.forges.get(event.repo.forge);
  if (forge === undefined) return ignored('its forge is no longer in the config');
  if (!isRepoPath(event.repo.path))
    return { result: 'refused', note: 'the name of the repository is not one' };
  if (!(await isListed(deps, event)))
    return { result: 'refused', note: `${event.repo.path} is not in \`repos\` of the config` };
  await deps.store.records.repos.saw(event.repo);
  const outcome = await act(deps, forge, event, delivery);
  if (outcome.result !== 'ignored') return outcome;
  const self = await forge.self().catch(() => undefined);
  return { ...outcome, isEcho: event.actor.id === self?.id };
}

async function act(
  deps: VerbDeps,
  forge: Forge,
  event: RealEvent,
  delivery: Delivery,
): Promise<DeliveryOutcome> {
  switch (event.type) {
    case 'comment.created':
    case 'comment.edited':
      return (await dropped(deps, forge, event.actor)) ?? (await commandsIn(deps, forge, event, delivery.id));
    case 'issue.opened': {
      const drop = await dropped(deps, forge, event.actor);
      if (drop !== undefined) return drop;
      if (event.transferred === true) {
        await labelsKept(deps, forge, event.issue.subject);
        return ignored('the issue was moved here from another repository: that asks nothing');
      }
      const labels = await labelsChanged(deps, forge, event, delivery);
      const commands = await commandsIn(deps, forge, event, delivery.id);
      return commands.result === 'ignored' ? labels : commands;
    }
    case 'labels.changed':
      // Not dropped by its sender: who set the label is asked of the forge, label by label.
      return await labelsChanged(deps, forge, event, delivery);
    case 'pr.closed':
    case 'pr.merged':
      return await pullEnded(ending(deps), forge, event.pull.subject, event.actor);
    case 'pr.reopened':
      return await pullReopened(ending(deps), forge, event.pull.subject);
    case 'review.submitted':
      return (
        (await dropped(deps, forge, event.actor)) ?? (await commandsInReview(deps, forge, event, delivery.id))
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
async function isListed(deps: VerbDeps, event: RealEvent): Promise<boolean> {
  const number = subjectOf(event)?.number;
  const { forge, path } = event.repo;
  const covers = (issue: number | undefined) => matchRepo(deps.config(), forge, path, issue) !== undefined;
  if (covers(number)) return true;
  if (number === undefined) return false;
  const session = await deps.store.records.sessions.byPull(event.repo, number);
  return session !== undefined && covers(numberOf(session.subject));
}

/** Our own account and bots that are not listed are dropped before anything is parsed. */
async function dropped(deps: VerbDeps, forge: Forge, actor: Actor): Promise<DeliveryOutcome | undefined> {
  const self = await forge.self();
  if (actor.id === self.id) return ignored("kugetsu's own");
  if (actor.kind === 'system') return ignored(`${actor.login} is an account of the forge itself`);
  if (actor.kind === 'bot' && !deps.config().trigger.bots.includes(actor.login)) {
    return ignored(`${actor.login} is a bot that is not in \`trigger.bots\``);
  }
  return undefined;
}

function ending(deps: VerbDeps) {
  return { ...deps, abortRun: deps.work.abortRun };
}

function ignored(note: string): DeliveryOutcome {
  return { result: 'ignored', note };
}
