// Reads config.yaml: every mistake at once, or the whole configuration with its secrets.
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeError } from '../support/errors.js';
import type { Masker } from '../support/mask.js';
import { allIssues } from './all-issues.js';
import { crossCheck } from './checks.js';
import type { Config } from './config.js';
import { applyEnvironment, readEnvironmentSettings } from './variables.js';
import type { Overridden } from './variables.js';
import { printOf, type FilePrints } from './file-print.js';
import { toFindings } from './findings.js';
import { homePaths } from './home.js';
import type { Environment } from './home.js';
import { checkMachine } from './machine.js';
import type { Machine } from './machine.js';
import { showPath } from './problem.js';
import type { Finding, Problem } from './problem.js';
import { fillAgentConfigs } from './references.js';
import { resolveConfig } from './resolve.js';
import { configFile } from './schema.js';
import { withoutEffectYet } from './schema-later.js';
import { configJsonSchema } from './schema-tree.js';
import { readForgeSecrets, secretFieldsOf } from './secrets.js';
import type { ForgeSecrets } from './secrets.js';
import { entriesOf, isRecord } from './tree.js';
import { registerWrittenSecrets } from './written-secrets.js';
import { parseYaml } from './yaml-source.js';

export type LoadedConfig = RightConfig | WrongConfig;

export interface RightConfig {
  readonly ok: true;
  readonly config: Config;
  /** For the log: nothing wrong, but worth knowing. */
  readonly notes: readonly string[];
  /** Every file that it was read from. */
  readonly read: FilePrints;
}

export interface WrongConfig {
  readonly ok: false;
  readonly problems: readonly Problem[];
  readonly read: FilePrints;
}

export interface LoadOptions {
  /** Absolute. */
  readonly home: string;
  readonly env: Environment;
  /** Learns every secret that is read, before anything else can see it. */
  readonly masker: Pick<Masker, 'add'>;
  /** Instead of `config.yaml` in the home. */
  readonly file?: string;
  /** Given, the home and the agents' programs are looked at too. */
  readonly machine?: Machine;
}

/** Never throws for what a user can have written. Writes nothing. */
export function loadConfig({ home, env, masker, file, machine }: LoadOptions): LoadedConfig {
  const path = resolve(file ?? homePaths(home).configFile);
  const prints = new Map([[path, printOf(path)]]);
  const wrong = (problems: readonly Problem[]): WrongConfig => ({ ok: false, problems, read: prints });
  const text = readText(path);
  if (typeof text !== 'string') return wrong([text]);
  const source = parseYaml(path, text);
  if (!source.ok) return wrong(source.problems);
  if (source.value !== null && !isRecord(source.value)) {
    const fix = 'begin with forges: and repos:';
    return wrong([{ file: path, line: 1, path: '', message: 'holds no settings', fix }]);
  }

  const root = configJsonSchema();
  const overridden = applyEnvironment(source.value ?? {}, env, root);
  const only = readEnvironmentSettings(env);
  const referring: Finding[] = [];
  const sources = { home, env, masker, prints };
  const value = fillAgentConfigs(overridden.value, sources, referring);
  const parsed = configFile.safeParse(value);
  const findings = [
    ...checkMode(path),
    ...(parsed.success ? [] : allIssues(value).flatMap((issue) => toFindings(issue, root, value))),
    ...crossCheck(value),
    ...(machine === undefined ? [] : checkMachine(value, home, machine)),
    ...overridden.findings,
    ...only.findings,
    ...referring,
  ];
  registerWrittenSecrets(value, masker);
  const secrets = readAllSecrets(value, sources, findings);
  if (!parsed.success || findings.length > 0) {
    const problems = findings.map((finding) => place(finding, path, source.locate, overridden));
    return wrong(inOrder(problems));
  }
  const config = resolveConfig(parsed.data, home, secrets, only.settings);
  return {
    ok: true,
    config,
    read: prints,
    notes: [...only.notes, ...overridden.notes, ...notesOn(config), ...laterNotes(value)],
  };
}

function readText(path: string): string | Problem {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const message = missing ? 'does not exist' : `cannot be read: ${describeError(error)}`;
    const fix = missing ? '`kugetsu serve` prints one to start from' : 'make it readable for this user';
    return { file: path, line: undefined, path: '', message, fix };
  }
}

function checkMode(path: string): Finding[] {
  if ((statSync(path).mode & 0o077) === 0) return [];
  const message = 'can be read or written by other users of this machine';
  return [{ file: path, path: [], message, fix: `run chmod 600 ${path}` }];
}

/** Also of a file with mistakes elsewhere, so that those in its secrets are told with them. */
function readAllSecrets(
  value: Record<string, unknown>,
  sources: Parameters<typeof readForgeSecrets>[2],
  findings: Finding[],
): ForgeSecrets[] {
  return entriesOf(value['forges']).map((entry, index) => {
    return readForgeSecrets(secretFieldsOf(entry), ['forges', index], sources, findings);
  });
}

function place(
  finding: Finding,
  file: string,
  locate: (path: Finding['path']) => { line: number; column: number },
  { setBy }: Overridden,
): Problem {
  const { message, fix } = finding;
  const path = showPath(finding.path);
  if (finding.file !== undefined) return { file: finding.file, line: undefined, path, message, fix };
  const variable = setBy.get(path);
  if (variable !== undefined) {
    const inEnvironment = fix.replace(/^write for example [^:]+: /, `write for example ${variable}=`);
    return { file: 'environment', line: undefined, path: variable, message, fix: inEnvironment };
  }
  return { file, ...locate(finding.path), path, message, fix };
}

/** As they stand in the file; what has no line comes last. */
function inOrder(problems: Problem[]): Problem[] {
  const lineOf = (problem: Problem): number => problem.line ?? Number.POSITIVE_INFINITY;
  return problems.sort((a, b) => (lineOf(a) === lineOf(b) ? 0 : lineOf(a) - lineOf(b)));
}

function laterNotes(value: unknown): string[] {
  const later = withoutEffectYet(value);
  return later.length === 0 ? [] : [`no effect yet: ${later.join(', ')}`];
}

function notesOn(config: Config): string[] {
  const isLoopback = (url: string): boolean => /^http:\/\/(localhost|127\.|\[::1\])/.test(url);
  const plain = config.forges.filter(({ apiUrl }) => apiUrl.startsWith('http:') && !isLoopback(apiUrl));
  const acp = Object.entries(config.agents).filter(([, agent]) => agent.kind === 'acp');
  return [
    ...plain.map(
      ({ name }) => `forge ${name} is reached over http: its token crosses the network in plain text`,
    ),
    ...acp.map(([name]) => `agent ${name} cannot work: kind acp is not built yet`),
  ];
}
