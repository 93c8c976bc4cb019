// start: a first task on an issue. Where a session lives already it is continued, unless `--fresh`.
import { matchRepo } from '../config/match.js';
import { OPENCODE_MODEL } from '../config/schema-agents.js';
import { issueKeyOf } from '../domain/refs.js';
import type { Session } from '../domain/session.js';
import type { TaskOptions } from '../domain/task.js';
import { suggest } from '../support/suggest.js';
import { replies } from '../words/replies.js';
import { livingSession } from './living-session.js';
import { readIssue } from './read-issue.js';
import { wordOf, type Ask, type Decision, type Verb, type VerbDeps } from './verb.js';
import { FOLLOW_UP_PRIORITY, queueTask, START_PRIORITY } from '../work/queueing.js';

export const start: Verb = {
  name: 'start',
  usage: '[message]',
  summary: 'Queues a task on this issue: an agent works in a worktree of its own and opens a pull request.',
  audience: 'trigger',
  flags: [
    { name: 'agent', value: 'AGENT' },
    { name: 'model', value: 'MODEL' },
    { name: 'base', value: 'BRANCH' },
    { name: 'draft' },
    { name: 'fresh' },
  ],
  decide,
};

async function decide(deps: VerbDeps, ask: Ask): Promise<Decision> {
  const problem = checkFlags(deps, ask);
  if (problem !== undefined) return { result: 'refused', note: `refused: ${problem}`, reply: problem };
  const living = await livingSession(deps, ask);
  const { issue, snapshot } = await readIssue(deps, ask, living);
  if (issue.state === 'closed') {
    const kind = issue.isPull ? 'pull request' : 'issue';
    return {
      result: 'refused',
      note: `refused: the ${kind} is closed`,
      reply: replies.startOnClosed(wordOf(deps), kind),
    };
  }
  const options = optionsOf(ask);
  if (living === undefined) {
    const earlier = await deps.store.records.sessions.latest(issueKeyOf(ask.subject));
    const session = newSession(
      deps,
      ask,
      issue.isPull,
      options.fresh === true ? undefined : earlier?.summary,
    );
    return {
      result: 'queued',
      note: `queued a first task in session ${session.id}`,
      apply: async (tables) => {
        await tables.records.sessions.add(session);
        const task = {
          session,
          verb: 'start',
          message: ask.message,
          options,
          snapshot,
          priority: START_PRIORITY,
        } as const;
        return { queued: [await queueTask(tables, ask, task, deps.now())] };
      },
    };
  }
  const isFresh = options.fresh === true;
  const goesOn = isFresh ? 'starts afresh' : 'continues the session that lives already';
  return {
    result: 'queued',
    note: `queued: ${goesOn}`,
    ...(!isFresh && {
      reply: replies.startContinues(wordOf(deps)),
    }),
    apply: async (tables) => {
      const task = {
        session: living,
        verb: 'start',
        message: ask.message,
        options,
        snapshot,
        priority: FOLLOW_UP_PRIORITY,
      } as const;
      return { queued: [await queueTask(tables, ask, task, deps.now())] };
    },
  };
}

const BRANCH = /^(?!-)(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)))[\w./-]{1,200}$/;
const MODEL = /^[\w][\w.:/@-]{0,99}$/;

function checkFlags(deps: VerbDeps, ask: Ask): string | undefined {
  const { agent, model, base } = ask.flags;
  const agents = Object.keys(deps.config().agents);
  if (typeof agent === 'string' && !agents.includes(agent)) {
    return replies.noSuchAgent(agents, suggest(agent, agents));
  }
  const worker = typeof agent === 'string' ? agent : rulesFor(deps, ask).agent;
  if (typeof model === 'string' && !(MODEL.test(model) && isModelOf(deps, worker, model)))
    return replies.noModelName();
  if (typeof base === 'string' && !BRANCH.test(base)) return replies.noBranchName();
  return undefined;
}

/** Whether this agent knows models of that form. */
function isModelOf({ config }: VerbDeps, agent: string, model: string): boolean {
  return config().agents[agent]?.kind !== 'opencode' || OPENCODE_MODEL.test(model);
}

/** What the config says of this repository. */
function rulesFor(
  { config }: VerbDeps,
  { subject: { repo, number } }: Ask,
): { agent: string; base: string | undefined } {
  const rule = matchRepo(config(), repo.forge, repo.path, number);
  return { agent: rule?.agent ?? config().agent, base: rule?.base };
}

export function optionsOf(ask: Ask): TaskOptions {
  const { agent, model, base, draft, fresh } = ask.flags;
  return {
    ...(typeof agent === 'string' && { agent }),
    ...(typeof model === 'string' && { model }),
    ...(typeof base === 'string' && { base }),
    ...(draft === true && { draft: true }),
    ...(fresh === true && { fresh: true }),
  };
}

/** On a pull request that no session owns, the new session reads and answers: it pushes nothing. */
function newSession(deps: VerbDeps, ask: Ask, isPull: boolean, summary: string | undefined): Session {
  const rules = rulesFor(deps, ask);
  const { agent, model, base } = ask.flags;
  const now = deps.now();
  return {
    id: deps.newId(),
    issueKey: issueKeyOf(ask.subject),
    subject: ask.subject,
    state: 'idle',
    agent: typeof agent === 'string' ? agent : rules.agent,
    model: typeof model === 'string' ? model : undefined,
    agentSessionId: undefined,
    branch: undefined,
    mayPush: !isPull,
    baseBranch: typeof base === 'string' ? base : rules.base,
    baseSha: undefined,
    headSha: undefined,
    pushedSha: undefined,
    pushingSha: undefined,
    notice: undefined,
    worktree: undefined,
    pull: undefined,
    turns: 0,
    summary,
    createdAt: now,
    usedAt: now,
    reap: undefined,
    rescued: undefined,
  };
}
