// Every comment that kugetsu can post, each with a name, rendered with the texts that are given.
import type { Result } from '../../src/domain/result.js';
import { lineOf } from '../../src/domain/task-line.js';
import { markdown } from '../../src/words/medium.js';
import { removedInWords } from '../../src/words/rescued.js';
import { resultInWords } from '../../src/words/result.js';
import { parseArguments } from '../../src/verbs/flags.js';
import { enderOf } from '../../src/domain/principal.js';
import type { Run } from '../../src/domain/run.js';
import type { Session } from '../../src/domain/session.js';
import type { FailureCause, Task, TaskOutcome, TaskState } from '../../src/domain/task.js';
import { renderFinal } from '../../src/words/final.js';
import { renderPull } from '../../src/words/pull.js';
import { renderReply } from '../../src/words/reply.js';
import { renderReport } from '../../src/words/report.js';
import { createForeign } from '../../src/text/foreign.js';
import { newSession, newTask } from '../contract/store/given.js';
import { refusals, results } from './every-result.js';

/** Where text of agents and strangers stands in a comment. */
export interface Texts {
  readonly title: string;
  /** Summary, question, failure, what was said last. */
  readonly said: string;
  /** A command that was run, an item of its list, a subject, a path, a command that was typed. */
  readonly line: string;
}

export interface Comment {
  readonly name: string;
  readonly body: string;
}

const WORD = '/kugetsu';
const foreign = createForeign({ word: () => WORD, mask: (text) => text });
const SANDBOX =
  "Sandbox: bubblewrap. Files, processes and users are kept apart; the network is shared with the server's machine.";
const AT = Date.UTC(2026, 10, 21, 12, 16);
const STATES: readonly TaskState[] = ['ready', 'waiting', 'delayed', 'running', 'reporting'];
const CAUSES: Readonly<Record<FailureCause, string>> = {
  agent: 'the agent ended with exit code 3: cannot open the file',
  server: 'The server ended during attempt 3 of 3.',
  timeout: 'The run was stopped after 1 h (`limits.taskTimeoutHours`).',
  quota: 'the provider says: quota exceeded',
  auth: 'the provider says: invalid key',
  asked: 'There is no branch `nope` at the forge to start from. Name another with `--base`.',
  config: 'The agent `claude` cannot run here: kind acp is not built yet.',
  handover: 'The subject of commit 1f2e3d4c5b6a holds control characters (such as ESC).',
  push: "The forge does not let kugetsu's account push to `fix/issue-14`. Whoever runs kugetsu gives it write access to the repository, or a token that may write; `kugetsu config check --online` says which is missing.",
  forge: 'The repository does not take pull requests.',
  worktree: 'All 50 branch names for this issue are taken at the forge. Delete old ones there.',
  sandbox: 'A pull request from a fork is not checked out without a sandbox.',
};

export function everyComment(texts: Texts): Comment[] {
  return [...reports(texts), ...finals(texts), ...answers(texts), ...pulls(texts)];
}

function taskIn(texts: Texts, state: TaskState, outcome?: TaskOutcome, change: Partial<Task> = {}): Task {
  const todos = [
    { text: texts.line, done: true },
    { text: texts.line, done: false },
  ];
  return {
    ...newTask(14),
    id: 'T-2f9c',
    sessionId: 's-14',
    fence: 1,
    attempts: 1,
    createdAt: AT,
    runAt: AT + 50_000,
    startedAt: AT,
    endedAt: undefined,
    reportCommentId: undefined,
    actor: { id: '7', login: 'ana', kind: 'user' },
    delay: { kind: 'attempt', since: AT, why: texts.said },
    progress: {
      todos,
      lastTool: texts.line,
      lastText: texts.said,
      inputTokens: 1200,
      outputTokens: 300,
      costUsd: 0.04,
    },
    state,
    outcome,
    ...change,
  };
}

function sessionIn(change: Partial<Session> = {}): Session {
  const pull = { number: 15, url: 'https://git.example.com/acme/api/pulls/15', state: 'open' } as const;
  return { ...newSession(14), branch: 'fix/issue-14', headSha: 'a'.repeat(40), pull, ...change };
}

function runs(texts: Texts): Run[] {
  const evidence = {
    agent: 'opencode',
    model: 'local/coder',
    agentVersion: '1.18.33',
    sandbox: SANDBOX,
    tools: [
      { name: 'bash', title: texts.line, exitCode: 0, ok: true },
      { name: 'bash', title: 'npm test', exitCode: 1, ok: false },
    ],
    inputTokens: 1200,
    outputTokens: 300,
    costUsd: 0.04,
    durationMs: 37_000,
  };
  const run = {
    id: 'r',
    taskId: 'T-2f9c',
    attempt: 1,
    bootId: 'b',
    worker: 'here',
    startedAt: AT,
    endedAt: AT,
  };
  return [{ ...run, pid: undefined, startTicks: undefined, ended: 'done', evidence }];
}

function outcomes(texts: Texts): [name: string, outcome: TaskOutcome][] {
  const done = (['pull_request', 'no_changes', 'answered'] as const).flatMap(
    (result): [string, TaskOutcome][] => [
      [`done, ${result}`, { kind: 'done', result, summary: texts.said }],
      [`done, ${result}, in silence`, { kind: 'done', result, summary: '' }],
    ],
  );
  const causes = Object.keys(CAUSES) as FailureCause[];
  const failed = causes.map((cause): [string, TaskOutcome] => {
    const reset = cause === 'quota' ? { resetAt: AT + 3_600_000 } : {};
    return [
      `failed, ${cause}`,
      { kind: 'failed', cause, message: texts.said === '' ? CAUSES[cause] : texts.said, ...reset },
    ];
  });
  return [
    ...done,
    ['a question', { kind: 'needs_input', question: texts.said || 'Red or blue?' }],
    ...failed,
    ['stopped by the one who asked', { kind: 'cancelled', by: 'ana' }],
    ['stopped by somebody else', { kind: 'cancelled', by: 'bob' }],
    ['stopped by the end of the pull request', { kind: 'cancelled', by: 'the pull request was merged' }],
    ['part of another turn', { kind: 'folded', into: 'T-9abc' }],
  ];
}

function reports(texts: Texts): Comment[] {
  const facts = { session: sessionIn(), now: AT + 20_000, sandbox: SANDBOX, foreign };
  const live = STATES.map((state) => ({ name: state, task: taskIn(texts, state) }));
  const ended = outcomes(texts).map(([name, outcome]) => ({
    name,
    task: taskIn(texts, outcome.kind === 'needs_input' ? 'needs_input' : 'done', outcome),
  }));
  const asked: TaskOutcome = { kind: 'needs_input', question: 'Red or blue?' };
  const answered = { name: 'a question, answered', task: taskIn(texts, 'needs_input', asked) };
  return [...live, ...ended, answered].map(({ name, task }) => {
    const answeredBy = task === answered.task ? 'T-9abc' : undefined;
    return {
      name: `report: ${name}`,
      body: renderReport({ ...facts, task, place: 2, waitsFor: 'T-9abc', answeredBy }),
    };
  });
}

function finals(texts: Texts): Comment[] {
  const final = (name: string, outcome: TaskOutcome, session: Session, also: Task[] = []): Comment => ({
    name: `final: ${name}`,
    body: renderFinal({
      task: taskIn(texts, 'reporting', outcome),
      also,
      session,
      runs: runs(texts),
      word: WORD,
      foreign,
    }),
  });
  const stopped: TaskOutcome = { kind: 'cancelled', by: 'ana' };
  const others = ['T-3a1b', 'T-4c5d'].map((id) => taskIn(texts, 'reporting', stopped, { id }));
  const pull = { number: 15, url: '', state: 'merged' } as const;
  const rescued = { file: 's-14.bundle', ref: 'refs/kugetsu/rescue/s-14' };
  const gone = (change: Partial<Session>) => sessionIn({ state: 'reaped', pull, ...change });
  return [
    ...outcomes(texts).map(([name, outcome]) => final(name, outcome, sessionIn())),
    final('one stop of three tasks', stopped, sessionIn(), others),
    ...byToken(texts),
    final(
      'done, merged meanwhile',
      { kind: 'done', result: 'pull_request', summary: texts.said },
      gone({ rescued: undefined }),
    ),
    final('stopped, gone meanwhile', stopped, gone({ rescued: undefined })),
    final('stopped, gone with a rescue', stopped, gone({ rescued })),
    final(
      'stopped, the worktree was rescued as it is',
      stopped,
      gone({ rescued: { ...rescued, ref: undefined } }),
    ),
    final('stopped, about to go', stopped, sessionIn({ reap: { reason: 'merged', by: 'bob' } })),
  ];
}

/** Asked for and ended with tokens of the API: their names are no accounts of the forge. */
function byToken(texts: Texts): Comment[] {
  const nightly = { id: 'operator:nightly', login: 'nightly', kind: 'operator' } as const;
  const outcome: TaskOutcome = { kind: 'cancelled', by: enderOf({ ...nightly, login: 'build server' }) };
  const task = taskIn(texts, 'cancelled', outcome, { actor: nightly });
  const facts = { task, session: sessionIn(), foreign };
  const unsaid = { place: undefined, waitsFor: undefined, answeredBy: undefined };
  return [
    {
      name: 'report: asked and stopped over the API',
      body: renderReport({ ...facts, ...unsaid, sandbox: SANDBOX, now: AT }),
    },
    {
      name: 'final: asked and stopped over the API',
      body: renderFinal({ ...facts, also: [], runs: runs(texts), word: WORD }),
    },
  ];
}

function answers(texts: Texts): Comment[] {
  const parsed = parseArguments(`--${texts.line.replace(/\s/g, '') || 'agnet'} x`, [
    { name: 'agent', value: 'AGENT' },
  ]);
  const lines = [...STATES, 'needs_input' as const].map((state) => lineOf(taskIn(texts, state), 2));
  const words = (result: Result) => resultInWords(result, markdown(WORD), AT + 20_000);
  const all: [string, string][] = [
    ...Object.values(refusals(parsed.ok ? '' : parsed.problem)).map((refusal): [string, string] => [
      refusal.code,
      words({ kind: 'refused', refusal }),
    ]),
    ...Object.entries(results(lines)).map(([name, result]): [string, string] => [name, words(result)]),
  ];
  const rescued = { file: 's-14.bundle', ref: 'refs/kugetsu/rescue/s-14' };
  const others: Record<string, string> = {
    removed: removedInWords(undefined),
    'removed, with a rescue': removedInWords(rescued),
    'removed, the worktree was rescued as it is': removedInWords({ ...rescued, ref: undefined }),
  };
  return [...all, ...Object.entries(others)].map(([name, body]) => ({
    name: `reply: ${name}`,
    body: renderReply({
      body,
      answers: /^(?:too_long|removed)/.test(name) ? '' : `${WORD} ${texts.line}`,
      foreign,
    }),
  }));
}

function pulls(texts: Texts): Comment[] {
  const commit = {
    sha: '1f2e3d4c5b6a7980',
    subject: texts.line,
    authorName: 'kugetsu',
    authorEmail: 'kugetsu@example.com',
  };
  const received = {
    tip: '1f2e3d4c5b6a7980',
    commits: [
      { ...commit, acts: [] },
      { ...commit, acts: ['Closes #1', '@admin'] },
    ],
    files: [{ path: texts.line, added: 3, removed: 1 }],
  };
  const { title, body } = renderPull({
    subject: newSession(14).subject,
    subjectTitle: texts.title,
    summary: texts.said,
    received,
    runs: runs(texts),
    marker: '<!-- kugetsu:pull task=s-14 v1 mac=0123456789abcdef0123456789abcdef -->',
    maxBodyChars: 65_000,
    foreign,
  });
  return [
    { name: 'pull request: title', body: title },
    { name: 'pull request: body', body },
  ];
}
