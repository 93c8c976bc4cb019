// Is opencode there, does it start, and is it of a version this adapter was tried with?
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { AgentProbe } from '../agent.js';
import { findOpencode, type OpencodeProgram } from './find.js';

const run = promisify(execFile);
const timeoutMs = 30_000;

/** Patch releases have broken headless use before: outside this range it may work, but nobody has seen it. */
const tested = { major: 1, leastMinor: 18, words: '1.18 or later, below 2' };

/** Each turn begins with it, so a program is asked once: as long as the file is the same, so is the answer. */
export async function probeOpencode(agent: string, name: string): Promise<AgentProbe> {
  const found = findOpencode(name, process.env['PATH'] ?? '');
  if (found === undefined) {
    const problem = `agent ${agent}: no program \`${name}\` in PATH: npm install --global opencode-ai, or name the program in agents.${agent}.program`;
    return { ok: false, version: undefined, problems: [problem] };
  }
  try {
    const version = await knownVersionOf(found);
    const problem = isTested(version)
      ? []
      : [`agent ${agent}: opencode ${version} was not tried with kugetsu: install ${tested.words}`];
    return { ok: problem.length === 0, version, problems: problem };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      version: undefined,
      problems: [`agent ${agent}: ${found.program} does not start: ${message}`],
    };
  }
}

export function isTested(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)\.\d+/.exec(version) ?? [];
  return Number(major) === tested.major && Number(minor) >= tested.leastMinor;
}

const versions = new Map<string, Promise<string>>();

/** A start costs up to seconds of the processor. An update makes a new file; what did not start is asked again. */
async function knownVersionOf(found: OpencodeProgram): Promise<string> {
  const { ino, ctimeMs } = await stat(found.program);
  const file = `${found.program}:${ino}:${ctimeMs}`;
  const known = versions.get(file) ?? versionOf(found);
  versions.set(file, known);
  try {
    return await known;
  } catch (error) {
    versions.delete(file);
    throw error;
  }
}

/** Runs `opencode --version` with a home of its own that is removed again. */
async function versionOf({ program }: OpencodeProgram): Promise<string> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'kugetsu-probe-'));
  try {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      TMPDIR: home,
      OPENCODE_DISABLE_AUTOUPDATE: '1',
    };
    const { stdout } = await run(program, ['--version'], { env, cwd: home, timeout: timeoutMs });
    return stdout.trim();
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
