// An opencode session: starts the server with the first turn, goes on in a stored conversation, runs turns, ends it all.
import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { SandboxedProcess } from '../../sandbox/sandbox.js';
import type { AgentEvent, AgentOpen, AgentSession, Turn, TurnOutcome } from '../agent.js';
import { statusOf } from './client.js';
import { failed } from './failures.js';
import type { OpencodeProgram } from './find.js';
import { startServer, type OpencodeServer } from './server.js';
import { opencodeConfig, opencodeEnvironment, prepareConfigHome, type OpencodeConfig } from './settings.js';
import { follow, newTurn, outcomeOf, type Patience, type Reaction, type TurnState } from './turn-state.js';

export interface SessionSettings {
  readonly program: OpencodeProgram;
  readonly model: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly readOnly: readonly string[];
  readonly config: OpencodeConfig;
  readonly patience: Patience;
  readonly graceMs: number;
}

/** What lives between the turns of a session. */
interface Living {
  id: string | undefined;
  child: SandboxedProcess | undefined;
  server: OpencodeServer | undefined;
}

interface TurnOptions {
  readonly signal: AbortSignal;
  readonly onEvent: (event: AgentEvent) => void;
}

/** The abort of a session stops its running tool, which has left the process group, in about 50 ms. */
const abortWaitMs = 1_000;
const heartbeatMs = 1_000;
const firstRequestAttempts = 4;
const firstRequestPauseMs = 250;
/** The news of a process's end may come a moment after its connections have broken. */
const endNoticeMs = 200;

export function openSession(settings: SessionSettings, open: AgentOpen): AgentSession {
  const living: Living = { id: open.resume, child: undefined, server: undefined };
  return {
    get id() {
      return living.id;
    },
    run: async (turn, options) => {
      if (options.signal.aborted) return { kind: 'stopped' };
      const stopStart = (): void => void (living.server === undefined && shutDown(living, 0).catch(() => {}));
      options.signal.addEventListener('abort', stopStart, { once: true });
      try {
        const outcome = await runTurn(settings, open, living, turn, options);
        const crashed = outcome.kind === 'failed' && outcome.class === 'crash';
        if (options.signal.aborted || crashed) await shutDown(living, crashed ? 0 : settings.graceMs);
        return outcome;
      } catch (error) {
        const ended = await hasEnded(living.child);
        await shutDown(living, 0).catch(() => {});
        return options.signal.aborted ? { kind: 'stopped' } : faultOutcome(error, ended);
      } finally {
        options.signal.removeEventListener('abort', stopStart);
      }
    },
    close: () => shutDown(living, settings.graceMs),
  };
}

async function runTurn(
  settings: SessionSettings,
  open: AgentOpen,
  living: Living,
  turn: Turn,
  options: TurnOptions,
): Promise<TurnOutcome> {
  living.server ??= await start(settings, open, living, turn);
  const { server } = living;
  const id = await findOrCreate(server, open, living);
  if (id === undefined)
    return failed('session_lost', `opencode no longer knows session ${living.id} of this worktree`);
  options.onEvent({ type: 'session', id });
  const state = newTurn(id);
  const ended = followTurn(settings, open, server, state, options.onEvent);
  await server.client.prompt(id, open.cwd, turn.prompt, open.model ?? settings.model);
  const gone = await Promise.race([ended, server.gone, aborted(options.signal)]);
  server.setListener(undefined);
  if (options.signal.aborted) {
    await stopWork(server, id);
    return { kind: 'stopped' };
  }
  if (gone !== undefined) return failed('crash', `opencode ended in the middle of its turn: ${gone}`);
  if (state.gaveUp !== undefined) await stopWork(server, id);
  return outcomeOf(state);
}

async function start(
  settings: SessionSettings,
  open: AgentOpen,
  living: Living,
  turn: Turn,
): Promise<OpencodeServer> {
  const configHome = await prepareConfigHome(open.tmpDir, `opencode-${randomUUID().slice(0, 8)}`);
  const config = opencodeConfig(settings.config, open.model ?? settings.model, open.instructions);
  return startServer({
    program: settings.program.program,
    readOnly: [...settings.program.readOnly, ...settings.readOnly],
    env: { ...settings.env, ...turn.facts, ...opencodeEnvironment(config, configHome, open.sessionDir) },
    launch: open.launch,
    onProcess: (child) => {
      living.child = child;
      if (child.mark.pid > 0) open.onProcess(child.mark);
    },
  });
}

/** The stored conversation by its id, never "the newest": that may be another worktree's. Undefined when it is lost. */
async function findOrCreate(
  server: OpencodeServer,
  open: AgentOpen,
  living: Living,
): Promise<string | undefined> {
  const cwd = await realpath(open.cwd);
  const stored = living.id;
  const session = await whenAwake(() =>
    stored === undefined
      ? server.client.createSession(open.cwd, 'kugetsu')
      : server.client.getSession(stored),
  );
  if (session === undefined || (await realpath(session.directory).catch(() => '')) !== cwd) return undefined;
  living.id = session.id;
  return session.id;
}

/** The first request may meet a server that prints its address before it can answer: it is asked again a few times. */
async function whenAwake<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const status = statusOf(error);
      if (attempt === firstRequestAttempts || (status !== undefined && status < 500)) throw error;
      await delay(firstRequestPauseMs * attempt);
    }
  }
}

/** Resolves when opencode says that the turn is over. */
function followTurn(
  settings: SessionSettings,
  open: AgentOpen,
  server: OpencodeServer,
  state: TurnState,
  onEvent: (event: AgentEvent) => void,
): Promise<undefined> {
  const tell = withRareHeartbeats(onEvent);
  const react = (reaction: Reaction): void => {
    // An answer that does not arrive leaves the turn waiting; the idle timeout of the run ends it then.
    if (reaction.type === 'emit') tell(reaction.event);
    else if (reaction.type === 'reject_question')
      void server.client.rejectQuestion(reaction.id, open.cwd).catch(() => {});
    else void server.client.rejectPermission(reaction.id, open.cwd).catch(() => {});
  };
  return new Promise((resolve) => {
    server.setListener((payload) => {
      for (const reaction of follow(state, payload, settings.patience, Date.now())) react(reaction);
      if (state.ended) resolve(undefined);
    });
  });
}

function withRareHeartbeats(onEvent: (event: AgentEvent) => void): (event: AgentEvent) => void {
  let last = 0;
  return (event) => {
    if (event.type === 'heartbeat' && Date.now() - last < heartbeatMs) return;
    last = Date.now();
    onEvent(event);
  };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

async function stopWork(server: OpencodeServer, id: string): Promise<void> {
  const asked = server.client.abort(id).catch(() => {});
  await Promise.race([asked, delay(abortWaitMs, undefined, { ref: false })]);
}

async function shutDown(living: Living, graceMs: number): Promise<void> {
  living.server = undefined;
  await living.child?.kill(graceMs);
}

/** A call that fails because the server is gone is told apart from one that fails although it lives. */
async function hasEnded(child: SandboxedProcess | undefined): Promise<boolean> {
  if (child === undefined) return false;
  return Promise.race([child.exited.then(() => true), delay(endNoticeMs, false)]);
}

function faultOutcome(error: unknown, ended: boolean): TurnOutcome {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'EACCES')
    return failed('config', `opencode could not be started: ${message}`);
  return failed(ended || code === 'OPENCODE_START' ? 'crash' : 'unknown', message);
}
