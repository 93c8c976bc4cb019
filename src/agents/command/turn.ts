// One turn of a command agent: start the program, feed it the prompt, read it to its end, say how it ended.
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SandboxedProcess } from '../../sandbox/sandbox.js';
import type { AgentEvent, AgentOpen, Turn, TurnOutcome } from '../agent.js';
import { keepTail, readLines } from '../read-lines.js';
import { createTranscript, type Transcript } from './transcript.js';

export interface CommandTurn {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly model: string | undefined;
  readonly readOnly: readonly string[];
  readonly open: AgentOpen;
  readonly turn: Turn;
  readonly graceMs: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: AgentEvent) => void;
  readonly onStarted: (child: SandboxedProcess) => void;
  readonly onSession: (id: string) => void;
}

/** EX_TEMPFAIL of sysexits.h: the program asks to be tried again later. */
const exitTryAgain = 75;
const maxLineChars = 64 * 1024;
const maxOutputChars = 16 * 1024 * 1024;
const maxStderrChars = 2_000;
/** After the last process is gone its output arrives at once; the bound only guards against a pipe held from outside. */
const drainMs = 2_000;

/** May throw what `launch` and the disk throw; the caller makes an outcome of it. */
export async function runCommandTurn(options: CommandTurn): Promise<TurnOutcome> {
  const { open, turn, signal } = options;
  if (signal.aborted) return { kind: 'stopped' };
  const child = open.launch({
    command: options.command,
    readOnly: options.readOnly,
    env: {
      ...options.env,
      ...turn.facts,
      ...(options.model === undefined ? {} : { KUGETSU_MODEL: options.model }),
      ...(open.resume === undefined ? {} : { KUGETSU_SESSION: open.resume }),
      KUGETSU_PROMPT_FILE: await writePrompt(open.tmpDir, turn.prompt),
      KUGETSU_SESSION_DIR: open.sessionDir,
    },
  });
  options.onStarted(child);
  const transcript = createTranscript(options.onEvent, options.onSession);
  const stderr = keepTail(child.stderr, maxStderrChars, transcript.beat);
  const read = readOutput(child, transcript);
  const stop = (): void => void child.kill(options.graceMs).catch(() => {});
  signal.addEventListener('abort', stop, { once: true });
  child.stdin.end(turn.prompt);
  const exit = await child.exited;
  signal.removeEventListener('abort', stop);
  // What it left running in the background ends with it.
  await child.kill(signal.aborted ? options.graceMs : 0);
  await Promise.race([read, delay(drainMs, undefined, { ref: false })]);
  return signal.aborted ? { kind: 'stopped' } : outcome(exit, transcript, stderr());
}

/** A new file in the task's own folder (`wx` follows no link that an earlier run could have left there). */
async function writePrompt(folder: string, prompt: string): Promise<string> {
  const file = path.join(folder, `prompt-${randomUUID().slice(0, 8)}.md`);
  await writeFile(file, prompt, { flag: 'wx', mode: 0o600 });
  return file;
}

function readOutput(child: SandboxedProcess, transcript: Transcript): Promise<void> {
  return readLines(child.stdout, {
    maxLineChars,
    maxChars: maxOutputChars,
    onLines: transcript.addLines,
    onCut: () => transcript.addText(`(output cut after ${maxOutputChars / 1024 / 1024} MB)`),
    onActivity: transcript.beat,
  });
}

function outcome(
  exit: Awaited<SandboxedProcess['exited']>,
  transcript: Transcript,
  stderr: string,
): TurnOutcome {
  const said = stderr === '' ? '' : `: ${stderr}`;
  if (exit.error !== undefined) {
    const message = `the agent's program could not be started: ${exit.error.message}`;
    return { kind: 'failed', class: 'config', message, retryable: false };
  }
  if (exit.code === exitTryAgain) {
    return {
      kind: 'failed',
      class: 'overloaded',
      message: `the agent asked to be tried again later${said}`,
      retryable: true,
    };
  }
  // A sandbox reports the end by a signal as 128 + its number, as a shell does.
  if (exit.code === undefined || exit.code > 128) {
    const how = exit.signal ?? `exit code ${exit.code}`;
    return {
      kind: 'failed',
      class: 'crash',
      message: `the agent was killed (${how})${said}`,
      retryable: true,
    };
  }
  if (exit.code !== 0) {
    return {
      kind: 'failed',
      class: 'unknown',
      message: `the agent ended with exit code ${exit.code}${said}`,
      retryable: true,
    };
  }
  const question = transcript.question();
  return question === undefined
    ? { kind: 'done', text: transcript.text() }
    : { kind: 'needs_input', question };
}
