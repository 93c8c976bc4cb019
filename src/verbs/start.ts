// start: a first task on an issue. Where a session lives already it is continued, unless `--fresh`.
import { matchRepo } from '../config/match.js';
import { OPENCODE_MODEL } from '../config/schema-agents.js';
import { issueKeyOf, numberOf } from '../domain/refs.js';
import type { Refusal } from '../domain/result.js';
import { NOTHING_YET, type Session } from '../domain/session.js';
import type { TaskOptions } from '../domain/task.js';
import { suggest } from '../support/suggest.js';
import { FOLLOW_UP_PRIORITY, START_PRIORITY } from '../work/queueing.js';
import { enqueue } from './enqueue.js';
import { livingSession } from './living-session.js';
import { readSubject } from './read-subject.js';
import { refuse, type Call, type Decision, type Verb, type VerbDeps } from './verb.js';

export const start: Verb = {
  name: 'start',
  usage: '[message]',
  summary:
    'Queues a task on this issue: an agent works in a worktree of its own and opens a pull request. (`--pr`: for a discussion `#-name`, which else opens none.)',
  audience: 'trigger',
  flags: [
    { name: 'agent', value: 'AGENT' },
    { name: 'model', value: 'MODEL' },
    { name: 'base', value: 'BRANCH' },
    { name: 'draft' },
    { name: 'fresh' },
    { name: 'pr' },
  ],
  about: 'subject',
  decide,
};

async function decide(deps: VerbDeps, call: Call): Promise<Decision> {
  const problem = checkFlags(deps, call);
  if (problem !== undefined) return refuse(problem);
  const living = await livingSession(deps, call);
  const { issue, snapshot } = await readSubject(deps, call, living);
  if (issue?.state === 'closed')
    return refuse({ code: 'closed', what: issue.isPull ? 'pull request' : 'issue' });
  const options = optionsOf(call);
  const task = { verb: 'start', message: call.message, options, snapshot } as const;
  if (living !== undefined) {
    const how = options.fresh === true ? 'afresh' : 'continues';
    const followUp = { ...task, session: living, priority: FOLLOW_UP_PRIORITY, how } as const;
    return { apply: (tables) => enqueue(deps, tables, call, followUp) };
  }
  const earlier = await deps.store.records.sessions.latest(issueKeyOf(call.subject));
  const summary = options.fresh === true ? undefined : earlier?.summary;
  const session = newSession(deps, call, issue?.isPull === true, summary);
  return {
    apply: async (tables) => {
      await tables.records.sessions.add(session);
      const first = { ...task, session, priority: START_PRIORITY, how: 'first' } as const;
      return await enqueue(deps, tables, call, first);
    },
  };
}

const BRANCH = /^(?!-)(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)))[\w./-]{1,200}$/;
const MODEL = /^[\w][\w.:/@-]{0,99}$/;

function checkFlags(deps: VerbDeps, call: Call): Refusal | undefined {
  const { agent, model, base } = call.flags;
  const agents = Object.keys(deps.config().agents);
  if (typeof agent === 'string' && !agents.includes(agent)) {
    const near = suggest(agent, agents);
    return { code: 'no_such_agent', agents, ...(near !== undefined && { near }) };
  }
  const worker = typeof agent === 'string' ? agent : rulesFor(deps, call).agent;
  if (typeof model === 'string' && !(MODEL.test(model) && isModelOf(deps, worker, model)))
    return { code: 'no_model_name' };
  if (typeof base === 'string' && !BRANCH.test(base)) return { code: 'no_branch_name' };
  return undefined;
}

/** Whether this agent knows models of that form. */
function isModelOf({ config }: VerbDeps, agent: string, model: string): boolean {
  return config().agents[agent]?.kind !== 'opencode' || OPENCODE_MODEL.test(model);
}

/** What the config says of this repository. */
function rulesFor({ config }: VerbDeps, { subject }: Call): { agent: string; base: string | undefined } {
  const rule = matchRepo(config(), subject.repo.forge, subject.repo.path, numberOf(subject));
  return { agent: rule?.agent ?? config().agent, base: rule?.base };
}

function optionsOf({ flags }: Call): TaskOptions {
  const { agent, model, base, draft, fresh, pr } = flags;
  return {
    ...(typeof agent === 'string' && { agent }),
    ...(typeof model === 'string' && { model }),
    ...(typeof base === 'string' && { base }),
    ...(draft === true && { draft: true }),
    ...(fresh === true && { fresh: true }),
    ...(pr === true && { pr: true }),
  };
}

/** On a pull request that no session owns, the new session reads and answers: it pushes nothing. */
function newSession(deps: VerbDeps, call: Call, isPull: boolean, summary: string | undefined): Session {
  const rules = rulesFor(deps, call);
  const { agent, model, base } = call.flags;
  const now = deps.now();
  return {
    ...NOTHING_YET,
    id: deps.newId(),
    issueKey: issueKeyOf(call.subject),
    subject: call.subject,
    state: 'idle',
    agent: typeof agent === 'string' ? agent : rules.agent,
    model: typeof model === 'string' ? model : undefined,
    mayPush: !isPull,
    baseBranch: typeof base === 'string' ? base : rules.base,
    turns: 0,
    summary,
    createdAt: now,
    usedAt: now,
  };
}
