// Composition, commands and intake: what verbs and routing may use.
import type { Config } from './config/config.js';
import { matchRepo } from './config/match.js';
import { OPENCODE_MODEL } from './config/schema-agents.js';
import { createAuthorizer, type Authorizer } from './commands/authorize.js';
import { dispatch, type DispatchDeps, type Order } from './commands/dispatch.js';
import { commandsInReview } from './commands/in-review.js';
import { commandsIn } from './commands/in-text.js';
import { readIssue } from './commands/read-issue.js';
import { sessionOf, sessionOfPull } from './commands/session-of.js';
import { VERBS } from './commands/table.js';
import type { VerbDeps } from './commands/verb.js';
import { issueKeyOf } from './domain/refs.js';
import type { RouteDeps } from './intake/route.js';
import { unlessLeaving } from './store/queueing.js';
import type { Store } from './store/store.js';
import type { Clock } from './support/clock.js';
import type { Log } from './support/log.js';

export interface CommandParts {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly abortRun: (taskId: string, by: string) => void;
  readonly unpushedWork: VerbDeps['unpushedWork'];
  readonly wake: () => void;
}

export function commanding(parts: CommandParts): { route: Omit<RouteDeps, 'forgeOf'> } {
  const { config, store, clock, log, wake } = parts;
  const now = () => clock.now();
  const authorizer = createAuthorizer({ now, needed: () => config.trigger.permission });
  const dispatchDeps: DispatchDeps = { store, authorizer, verbDeps: verbDeps(parts, authorizer), log, wake };
  const run = (order: Order) => dispatch(dispatchDeps, order);
  const inText = {
    word: () => config.trigger.word,
    authorizer,
    dispatch: run,
    reply: async ({ subject, key, body }: { subject: Order['subject']; key: string; body: string }) => {
      const entry = {
        kind: 'reply',
        payload: { subject, key, body },
        uniqueKey: `reply:${key}`,
        again: false,
      } as const;
      await store.outbox.add({ ...entry, issueKey: issueKeyOf(subject), runAt: now(), now: now() });
      wake();
    },
  };
  const route: Omit<RouteDeps, 'forgeOf'> = {
    store,
    log,
    now,
    isListed: (repo, number) => matchRepo(config, repo.forge, repo.path, number) !== undefined,
    commandsIn: (forge, event, delivery) => commandsIn(inText, forge, event, delivery),
    commandsInReview: (forge, event, delivery) => commandsInReview(inText, forge, event, delivery),
    bots: () => config.trigger.bots,
    labels: () => config.trigger.labels,
    dispatch: run,
    abortRun: parts.abortRun,
    wakeReaper: wake,
    wake,
    sessionOfPull: (pull) => sessionOfPull(store, pull),
  };
  return { route };
}

function verbDeps(parts: CommandParts, authorizer: Authorizer): VerbDeps {
  const { config, store, clock } = parts;
  return {
    now: () => clock.now(),
    newId: parts.newId,
    tables: store,
    word: config.trigger.word,
    agents: Object.keys(config.agents),
    isModelOf: (agent, model) => config.agents[agent]?.kind !== 'opencode' || OPENCODE_MODEL.test(model),
    rules: (subject) => {
      const rule = matchRepo(config, subject.repo.forge, subject.repo.path, subject.number);
      return { agent: rule?.agent ?? config.agent, base: rule?.base };
    },
    readIssue: (ask, session) =>
      readIssue({ authorizer, strangersText: () => config.trigger.strangersText }, ask, session),
    sessionOf: async (forge, subject) => unlessLeaving(await sessionOf(store, forge, subject)),
    sessionToSee: (forge, subject) => sessionOf(store, forge, subject),
    abortRun: parts.abortRun,
    wakeReaper: parts.wake,
    unpushedWork: parts.unpushedWork,
    verbs: () => VERBS,
  };
}
