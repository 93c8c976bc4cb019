// One sample of every result and of every refusal, for whatever has to know them all.
import type { Refusal, Result, TaskLine } from '../../src/domain/result.js';

const AT = Date.UTC(2026, 10, 21, 12, 16);
const STATUS = { kind: 'status', tasks: [], now: AT } as const;

/** One sample for each; a refusal without one does not compile. */
export function refusals(problem: string): Readonly<Record<Refusal['code'], Refusal>> {
  const subject = 'work:acme/api#12';
  return {
    not_allowed: { code: 'not_allowed', verb: 'pause' },
    unknown_verb: { code: 'unknown_verb', near: 'start' },
    bad_arguments: { code: 'bad_arguments', problem },
    forge_refused: {
      code: 'forge_refused',
      verb: 'set-pr',
      because: 'forbidden',
      fix: 'make a token with the scope read:repository too',
    },
    too_long: { code: 'too_long' },
    not_built: { code: 'not_built', verb: 'delegate' },
    no_such_subject: { code: 'no_such_subject', subject },
    not_listed: { code: 'not_listed', subject },
    closed: { code: 'closed', what: 'issue' },
    no_such_agent: { code: 'no_such_agent', agents: ['opencode', 'claude'], near: 'claude' },
    no_model_name: { code: 'no_model_name' },
    no_branch_name: { code: 'no_branch_name' },
    no_session: { code: 'no_session' },
    no_session_to_bind: { code: 'no_session_to_bind' },
    no_question: { code: 'no_question' },
    still_under_way: { code: 'still_under_way', task: 'T-2f9c' },
    nothing_failed: { code: 'nothing_failed' },
    no_pull_named: { code: 'no_pull_named' },
    bound_elsewhere: { code: 'bound_elsewhere', pull: 15, subject },
    tasks_live: { code: 'tasks_live', tasks: ['T-2f9c'] },
    pull_open: { code: 'pull_open', pull: 15 },
    unpushed: { code: 'unpushed', commit: '1f2e3d4c5b6a7980' },
    stuck: { code: 'stuck' },
  };
}

/** The same of every other result. */
export function results(lines: readonly TaskLine[]): Readonly<Record<string, Result>> {
  const tasks = ['T-2f9c', 'T-9abc'];
  const queued = { kind: 'queued', task: 'T-2f9c', session: 's-14', place: 2 } as const;
  const verbs = [
    { name: 'start', usage: '[message]', summary: 'Starts.', audience: 'trigger', flags: [] },
  ] as const;
  return {
    queued: { ...queued, waitsFor: { kind: 'slot' }, how: 'first' },
    'start continues': { ...queued, waitsFor: { kind: 'task' }, how: 'continues' },
    stopped: { kind: 'stopped', tasks },
    leaving: { kind: 'leaving', session: 's-14', tasks },
    bound: { kind: 'bound', pull: 15, ours: true },
    'bound, not ours': { kind: 'bound', pull: 15, ours: false },
    status: { ...STATUS, tasks: [...lines] },
    queue: { kind: 'queue', tasks: [...lines], more: 2, elsewhere: 3, now: AT },
    help: { kind: 'help', verbs: verbs.map((verb) => ({ ...verb, flags: [] })) },
    'nothing to stop': { kind: 'nothing', code: 'nothing_to_stop' },
    'nothing to destroy': { kind: 'nothing', code: 'nothing_to_destroy' },
    'done before': { kind: 'nothing', code: 'done_before' },
  };
}
