// Environment over file: one variable per single setting, beside the names of the earlier tool.
import { resolve } from 'node:path';
import { suggest } from '../support/suggest.js';
import type { EnvironmentSettings } from './config.js';
import { flow } from './findings.js';
import type { Environment } from './home.js';
import type { Finding } from './problem.js';
import { settingsOf } from './schema-tree.js';
import type { SchemaNode } from './schema-tree.js';
import { isRecord, valueAt, withValueAt } from './tree.js';

export interface Overridden {
  /** The file's data with the variables put in. */
  readonly value: Record<string, unknown>;
  /** Variable by the path it has set (`limits.agents`). */
  readonly setBy: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

/** Names of the earlier tool for settings that config.yaml has too. The new name wins where both are set. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  MAX_CONCURRENT_AGENTS: 'limits.agents',
  TASK_TIMEOUT_HOURS: 'limits.taskTimeoutHours',
  QUEUE_CLEANUP_AGE_DAYS: 'retention.queueDays',
};

/** Names of the earlier tool that are read from the environment only, with their meaning for the docs. */
export const ENVIRONMENT_ONLY: readonly {
  readonly name: string;
  readonly fallback: string;
  readonly meaning: string;
}[] = [
  {
    name: 'KUGETSU_VERBOSITY',
    fallback: 'default',
    meaning: 'How much the PM agent tells: quiet, default, verbose.',
  },
  {
    name: 'KUGETSU_TEMP_DIR',
    fallback: "the system's",
    meaning: 'Folder in which each task gets its TMPDIR.',
  },
  {
    name: 'WORKTREE_CHECK_PR_STATUS',
    fallback: 'true',
    meaning: 'false: destroy and prune do not ask the forge.',
  },
  {
    name: 'QUEUE_DAEMON_INTERVAL_MINUTES',
    fallback: '5',
    meaning: 'How often the forge is asked for what was missed.',
  },
];

/** Every variable that sets something in config.yaml, with the setting's path. */
export function variablesOf(root: SchemaNode): { name: string; path: string[]; node: SchemaNode }[] {
  const settings = settingsOf(root);
  const old = Object.entries(OLD_NAMES).flatMap(([name, path]) =>
    settings.filter((setting) => setting.path.join('.') === path).map((setting) => ({ name, ...setting })),
  );
  return [...old, ...settings.map((setting) => ({ name: variableFor(setting.path), ...setting }))];
}

export function applyEnvironment(
  file: Record<string, unknown>,
  env: Environment,
  root: SchemaNode,
): Overridden {
  const variables = variablesOf(root);
  const setBy = new Map<string, string>();
  let value = file;
  for (const { name, path, node } of variables) {
    const text = env[name];
    const section = path.length > 1 ? valueAt(value, path.slice(0, 1)) : undefined;
    // A section of a wrong shape stays, so that it is told.
    if (!text || (section !== undefined && !isRecord(section))) continue;
    value = withValueAt(value, path, fromText(text, node));
    setBy.set(path.join('.'), name);
  }
  const names = variables.map(({ name }) => name);
  return { value, setBy, ...unknownVariables(env, names, root, file) };
}

/** `limits.taskTimeoutHours` is `KUGETSU_LIMITS_TASK_TIMEOUT_HOURS`. */
function variableFor(path: readonly string[]): string {
  const words = path.join('_').replace(/([a-z])([A-Z])/g, '$1_$2');
  return `KUGETSU_${words.toUpperCase()}`;
}

function fromText(text: string, node: SchemaNode): unknown {
  const isNumber = node.type === 'number' || node.type === 'integer';
  if (isNumber && /^-?\d+(\.\d+)?$/.test(text.trim())) return Number(text);
  return node.type === 'boolean' && (text === 'true' || text === 'false') ? text === 'true' : text;
}

/** Known outside of config.yaml: of the program itself, and what an agent has that runs kugetsu again. */
const OTHERS = ['KUGETSU_HOME', 'KUGETSU_DIR', 'KUGETSU_DEBUG'];
const OF_OTHERS = /^KUGETSU_(TEST_\w+|TASK|ISSUE|TURN|MODEL|RUN|SESSION_DIR|PROMPT_FILE|GIT_CREDENTIAL\w*)$/;

/**
 * A mistyped variable that is silently without effect is the worst kind of setting. Near a known name, or of a section, it
 * is a mistake; any other is noted. Those that the file takes a value from (`${KUGETSU_X}`) are nobody's mistake.
 */
function unknownVariables(
  env: Environment,
  settings: readonly string[],
  root: SchemaNode,
  file: Record<string, unknown>,
): { findings: Finding[]; notes: string[] } {
  const known = [...settings, ...OTHERS, ...ENVIRONMENT_ONLY.map(({ name }) => name)];
  const used = JSON.stringify(file);
  const sections = Object.entries(root.properties ?? {})
    .filter(([, node]) => node.properties !== undefined)
    .map(([key]) => `KUGETSU_${key.toUpperCase()}_`);
  const unknown = Object.keys(env).filter(
    (name) =>
      name.startsWith('KUGETSU_') &&
      env[name] !== undefined &&
      !known.includes(name) &&
      !OF_OTHERS.test(name) &&
      !used.includes(`\${${name}}`),
  );
  const findings: Finding[] = [];
  const notes: string[] = [];
  for (const name of unknown) {
    const near = suggest(name, known);
    const fix = near === undefined ? 'unset it; docs/config.md has the list' : `did you mean ${near}?`;
    const message = 'there is no setting of this name';
    if (near !== undefined || sections.some((section) => name.startsWith(section)))
      findings.push({ file: 'environment', path: [name], message, fix });
    else notes.push(`${name} in the environment sets nothing; docs/config.md has the list`);
  }
  return { findings, notes };
}

export function readEnvironmentSettings(env: Environment): {
  settings: EnvironmentSettings;
  findings: Finding[];
  notes: string[];
} {
  const findings: Finding[] = [];
  const choose = <T>(name: string, choices: Readonly<Record<string, T>>, fallback: T): T => {
    const text = env[name];
    if (!text) return fallback;
    if (Object.hasOwn(choices, text)) return choices[text] ?? fallback;
    const message = `must be one of ${Object.keys(choices).join(', ')}`;
    findings.push({
      file: 'environment',
      path: [name],
      message,
      fix: `write for example ${name}=${flow(fallback)}`,
    });
    return fallback;
  };
  const settings: EnvironmentSettings = {
    verbosity: choose<EnvironmentSettings['verbosity']>(
      'KUGETSU_VERBOSITY',
      { quiet: 'quiet', default: 'default', verbose: 'verbose' },
      'default',
    ),
    tempDir: env['KUGETSU_TEMP_DIR'] ? resolve(env['KUGETSU_TEMP_DIR']) : undefined,
    checkPullRequests: choose('WORKTREE_CHECK_PR_STATUS', { true: true, false: false }, true),
    reconcileMinutes: readMinutes(env, findings),
  };
  const notes = env['QUEUE_DAEMON_BATCH_SIZE']
    ? ['QUEUE_DAEMON_BATCH_SIZE is ignored: the queue is driven by events, limits.agents is the cap']
    : [];
  return { settings, findings, notes };
}

function readMinutes(env: Environment, findings: Finding[]): number {
  const name = 'QUEUE_DAEMON_INTERVAL_MINUTES';
  const minutes = Number(env[name] || 5);
  if (minutes > 0 && minutes <= 1440) return minutes;
  findings.push({
    file: 'environment',
    path: [name],
    message: 'must be a number of minutes, at most 1440',
    fix: `write for example ${name}=5`,
  });
  return 5;
}
