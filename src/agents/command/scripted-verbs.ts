// The verbs of a scripted agent: everything a real one does, on order, and everything a broken one does.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Output } from './scripted-output.js';
import { splitFirst, unescapeText } from './scripted-parse.js';

export interface World {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly prompt: string;
  readonly out: Output;
}

export type Verb = (world: World, rest: string) => void | Promise<void>;

/** The task's environment names who commits (GIT_AUTHOR_NAME …); these only serve where it does not. */
const identity = {
  GIT_AUTHOR_NAME: 'scripted agent',
  GIT_AUTHOR_EMAIL: 'scripted@example.invalid',
  GIT_COMMITTER_NAME: 'scripted agent',
  GIT_COMMITTER_EMAIL: 'scripted@example.invalid',
};

export const verbs: Readonly<Record<string, Verb>> = {
  write: (world, rest) => change(world, rest, (file, text) => writeFileSync(file, `${text}\n`)),
  append: (world, rest) => change(world, rest, (file, text) => appendFileSync(file, `${text}\n`)),
  delete: ({ cwd }, rest) => rmSync(path.resolve(cwd, rest.trim()), { recursive: true, force: true }),
  commit,
  run,
  say: ({ out }, rest) => out.event({ type: 'text', text: unescapeText(rest) }),
  summary: ({ out }, rest) => out.event({ type: 'summary', text: unescapeText(rest) }),
  ask: ({ out }, rest) => out.event({ type: 'question', text: unescapeText(rest) }),
  session: ({ out }, rest) => out.event({ type: 'session', id: rest.trim() }),
  todos: ({ out }, rest) => out.event({ type: 'todos', items: todoItems(rest) }),
  usage,
  raw: ({ out }, rest) => out.raw(`${unescapeText(rest)}\n`),
  stderr: ({ out }, rest) => out.error(`${unescapeText(rest)}\n`),
  env: ({ env, out }) => out.event({ type: 'text', text: Object.keys(env).sort().join(' ') }),
  prompt: ({ cwd, prompt }, rest) => writeFileSync(path.resolve(cwd, rest.trim()), prompt),
  remember: ({ env }, rest) => appendFileSync(notesFile(env), `${rest}\n`),
  recall: ({ env, out }) => out.event({ type: 'text', text: readNotes(env) }),
  wait: waitForFile,
  sleep: (_, rest) => delay(Number(rest)),
  hang,
  background,
  flood: ({ out }, rest) => flood(out, Number(rest), 'flood flood flood flood flood\n'),
  longline: ({ out }, rest) => flood(out, Number(rest), 'long '),
  crash: () => void process.kill(process.pid, 'SIGKILL'),
  exit: (_, rest) => process.exit(Number(rest)),
};

function change({ cwd, out }: World, rest: string, apply: (file: string, text: string) => void): void {
  const [name, text] = splitFirst(rest);
  const file = path.resolve(cwd, name);
  mkdirSync(path.dirname(file), { recursive: true });
  apply(file, text);
  out.event({ type: 'tool', name: 'write', title: name, state: 'ok' });
}

function commit(world: World, message: string): void {
  execute(world, ['git', 'add', '--all']);
  execute(world, ['git', 'commit', '--quiet', '--message', unescapeText(message) || 'Work']);
}

/** Runs a command line with a shell and tells its exit code, its time and the end of what it printed. */
function run(world: World, command: string): void {
  execute(world, ['sh', '-c', command], command);
}

function execute(world: World, command: readonly [string, ...string[]], title = command.join(' ')): void {
  const { cwd, out } = world;
  const [program, ...args] = command;
  const started = performance.now();
  out.event({ type: 'tool', name: 'bash', title, state: 'start' });
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env: { ...identity, ...world.env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exitCode = status ?? 137;
  out.event({ type: 'tool', name: 'bash', title, state: exitCode === 0 ? 'ok' : 'error', exitCode });
  const ms = Math.round(performance.now() - started);
  out.event({
    type: 'text',
    text: `ran \`${title}\`: exit ${exitCode} in ${ms} ms\n${`${stdout}${stderr}`.slice(-2_000)}`,
  });
}

/** `[x] done thing; [ ] open thing` */
function todoItems(rest: string): { text: string; done: boolean }[] {
  return rest.split(';').map((item) => {
    const [, mark = ' ', text = item] = /^\s*\[(.)\]\s*(.*)$/.exec(item) ?? [];
    return { text: text.trim(), done: mark !== ' ' };
  });
}

/** `IN OUT COST`: tokens, tokens, dollars. */
function usage({ out }: World, rest: string): void {
  const [inputTokens = 0, outputTokens = 0, costUsd = 0] = rest.trim().split(/\s+/).map(Number);
  out.event({ type: 'usage', inputTokens, outputTokens, costUsd });
}

function notesFile(env: World['env']): string {
  return path.join(env['KUGETSU_SESSION_DIR'] ?? '.', 'scripted-notes.txt');
}

function readNotes(env: World['env']): string {
  const file = notesFile(env);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '(no notes)';
}

async function waitForFile({ cwd }: World, rest: string): Promise<void> {
  const file = path.resolve(cwd, rest.trim());
  while (!existsSync(file)) await delay(25);
}

/** Until it is killed; `hang hard` also ignores SIGTERM, as a broken program does. */
async function hang(_: World, rest: string): Promise<void> {
  if (rest.trim() === 'hard') process.on('SIGTERM', () => {});
  for (;;) await delay(60_000);
}

/** A child in a session of its own that ignores SIGTERM and outlives the agent; `background FILE` notes its pid. */
function background({ cwd }: World, rest: string): void {
  const script = "trap '' TERM HUP; sleep 300 & wait; sleep 300";
  const child = spawn('sh', ['-c', script], { cwd, detached: true, stdio: 'ignore' });
  child.unref();
  if (rest.trim() !== '') writeFileSync(path.resolve(cwd, rest.trim()), `${child.pid}\n`);
}

function flood(out: Output, bytes: number, piece: string): void {
  const block = piece.repeat(Math.ceil(65_536 / piece.length));
  for (let sent = 0; sent < bytes; sent += block.length) out.raw(block);
}
