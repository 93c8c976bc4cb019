// What a session may become: one table of what leads where, and a function for each thing that can happen to it. Pure.
import { KugetsuError } from '../support/errors.js';
import type { Rescued } from './rescue.js';
import type {
  Branches,
  PreparedSession,
  ReapRequest,
  Session,
  SessionPull,
  SessionState,
  Worktree,
} from './session.js';

type Leads = Partial<Record<SessionState, SessionState>>;

const LIVING = {
  idle: 'idle',
  running: 'running',
  waiting: 'waiting',
  timeout: 'timeout',
  closed: 'closed',
} as const satisfies Leads;
const ALWAYS = { ...LIVING, reaped: 'reaped' } as const;

/** From every state of a living session to one. */
function livingTo<S extends SessionState>(to: S) {
  return { idle: to, running: to, waiting: to, timeout: to, closed: to };
}

/**
 * From which state each move leads to which; from a state that it does not name it leads nowhere. What a run does is told
 * while it runs. What happens at the forge may be told of a session that is reaped: the outbox still brings its last turn there.
 */
export const SESSION_MOVES = {
  /** From `running` too: a store that took no more may have kept the end of the run before. */
  began: livingTo('running'),
  begunAfresh: { running: 'running' },
  movedByOthers: { running: 'running' },
  branchGone: { running: 'running' },
  prepared: { running: 'running' },
  agentSessionKnown: LIVING,
  worked: { running: 'idle' },
  asked: { running: 'waiting' },
  timedOut: { running: 'timeout' },
  failed: { running: 'idle' },
  freed: { ...ALWAYS, running: 'idle' },
  noticed: ALWAYS,
  broughtOver: ALWAYS,
  pushing: ALWAYS,
  pushed: ALWAYS,
  pushRefused: ALWAYS,
  pullKnown: ALWAYS,
  pullBound: LIVING,
  leaving: LIVING,
  reopened: { ...LIVING, closed: 'idle' },
  livedOn: { ...livingTo('idle'), running: 'running' },
  closed: livingTo('closed'),
  reaped: { ...livingTo('reaped'), reaped: 'reaped' },
} as const satisfies Record<string, Leads>;

export type SessionMove = keyof typeof SESSION_MOVES;

/** @throws KugetsuError `session_MOVE_when_STATE` where the move does not lead from the present state. */
function led(session: Session, move: SessionMove): SessionState {
  const leads: Leads = SESSION_MOVES[move];
  const to = leads[session.state];
  if (to !== undefined) return to;
  throw new KugetsuError(
    `session_${move}_when_${session.state}`,
    `session ${session.id} is ${session.state}: from there \`${move}\` leads nowhere`,
  );
}

/** A run of one of its tasks begins. */
export function began(session: Session): Session {
  return { ...session, state: led(session, 'began') };
}

/** `start --fresh`: what was there is rescued. The branch and its pull request stay: the new work takes their place. */
export function begunAfresh(session: Session): Session {
  return {
    ...session,
    state: led(session, 'begunAfresh'),
    agentSessionId: undefined,
    headSha: undefined,
    baseSha: undefined,
    worktree: undefined,
    summary: undefined,
  };
}

/** Somebody else's commit is at the branch: theirs is the truth. `descends`: it contains the session's base. */
export function movedByOthers(session: Session, there: { sha: string; descends: boolean }): Session {
  return {
    ...session,
    state: led(session, 'movedByOthers'),
    headSha: there.sha,
    pushedSha: there.sha,
    pushingSha: undefined,
    worktree: undefined,
    ...(!there.descends && { baseSha: there.sha }),
  };
}

/** Somebody deleted the branch at the forge. */
export function branchGone(session: Session): Session {
  return { ...session, state: led(session, 'branchGone'), pushedSha: undefined };
}

/** Worktree and branches are ready for the agent. A branch that an earlier turn was pushed to meanwhile stays. */
export function prepared(
  session: Session,
  ready: { branches: Branches; worktree: Worktree },
): PreparedSession {
  const { branches, worktree } = ready;
  const branch = session.branch ?? branches.branch;
  return { ...session, ...branches, branch, worktree, state: led(session, 'prepared') };
}

/** The agent named its own session; known before the work, so that a run that dies can be gone on with. */
export function agentSessionKnown(session: Session, agentSessionId: string | undefined): Session {
  return { ...session, state: led(session, 'agentSessionKnown'), agentSessionId };
}

/** `tip`: the newest commit of the agent that is safe in the mirror; undefined when the turn made none. */
interface TurnsEnd {
  readonly tip: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A turn was done. */
export function worked(session: Session, { summary, ...end }: TurnsEnd & { summary: string }): Session {
  return { ...turned(session, end), state: led(session, 'worked'), turns: session.turns + 1, summary };
}

/** A turn ended with a question. */
export function asked(session: Session, end: TurnsEnd): Session {
  return { ...turned(session, end), state: led(session, 'asked'), turns: session.turns + 1 };
}

/** A turn took too long and was ended. */
export function timedOut(session: Session, end: TurnsEnd): Session {
  return { ...turned(session, end), state: led(session, 'timedOut') };
}

/** A turn came to nothing. `sessionLost`: the agent does not know its own session any more. */
export function failed(
  session: Session,
  { sessionLost, ...end }: TurnsEnd & { sessionLost: boolean },
): Session {
  const lost = sessionLost ? { agentSessionId: undefined } : {};
  return { ...turned(session, end), ...lost, state: led(session, 'failed') };
}

function turned(session: Session, { tip, now }: TurnsEnd): Session {
  return { ...session, headSha: tip ?? session.headSha, usedAt: now };
}

/** No run works on it any more, and no turn was ended. `now` where a run was there. */
export function freed(session: Session, now = session.usedAt): Session {
  return { ...session, state: led(session, 'freed'), usedAt: now };
}

/** Sentences for the report of this task, or of the next one; those before it that no other task has are kept. */
export function noticed(session: Session, notice: { taskId: string | undefined; text: string }): Session {
  const { notice: before } = session;
  const state = led(session, 'noticed');
  const isSame = before !== undefined && [notice.taskId, undefined].includes(before.taskId);
  const text = [...(isSame ? [before.text] : []), notice.text].filter((one) => one !== '').join(' ');
  return text === '' ? { ...session, state } : { ...session, state, notice: { taskId: notice.taskId, text } };
}

/** What was in the worktree is safe in the mirror. */
export function broughtOver(session: Session, tip: string): Session {
  return { ...session, state: led(session, 'broughtOver'), headSha: tip };
}

/** A commit is on its way to the forge. */
export function pushing(session: Session, sha: string): Session {
  return { ...session, state: led(session, 'pushing'), pushingSha: sha };
}

/**
 * The commit is at the forge. `over`: what the push may have found there; where another commit is stored, the next turn has
 * seen somebody else's meanwhile, and what it stored is newer.
 */
export function pushed(
  session: Session,
  push: { branch: string; sha: string; over: readonly (string | undefined)[] },
): Session {
  const isNewest = [...push.over, push.sha, undefined].includes(session.pushedSha);
  const there = isNewest ? { branch: push.branch, pushedSha: push.sha } : {};
  return { ...session, ...there, state: led(session, 'pushed'), pushingSha: undefined };
}

/** The commit did not get there, and will not by itself. */
export function pushRefused(session: Session): Session {
  return { ...session, state: led(session, 'pushRefused'), pushingSha: undefined };
}

/** The pull request of its branch is there: made, found, or merged meanwhile. */
export function pullKnown(session: Session, pull: SessionPull): Session {
  return { ...session, state: led(session, 'pullKnown'), pull };
}

/** Somebody bound this pull request to it. */
export function pullBound(session: Session, pull: SessionPull): Session {
  return { ...session, state: led(session, 'pullBound'), pull };
}

/** The reaper is asked to take it; `pull`: because that came to its end. */
export function leaving(session: Session, reap: ReapRequest, pull = session.pull): Session {
  return { ...session, state: led(session, 'leaving'), pull, reap };
}

/** It goes on, whether the reaper was asked for already or has taken its things. */
export function reopened(session: Session, pull: SessionPull): Session {
  return { ...session, state: led(session, 'reopened'), pull, reap: undefined };
}

/**
 * The reaper has removed its things. Reopened meanwhile: it lives on, without them. Closed: the work is rescued always, and
 * `continue` goes on from there.
 */
export function removed(
  session: Session,
  by: { reason: ReapRequest['reason']; rescued: Rescued | undefined },
): Session {
  const move = session.reap === undefined ? 'livedOn' : by.reason === 'closed' ? 'closed' : 'reaped';
  return {
    ...session,
    state: led(session, move),
    worktree: undefined,
    agentSessionId: undefined,
    reap: undefined,
    rescued: by.rescued,
  };
}
