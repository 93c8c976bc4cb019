// A home folder of one test, removed after it, and a configuration in it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../../src/config/load.js';
import type { Config } from '../../../src/config/config.js';
import type { Problem } from '../../../src/config/problem.js';
import { createMasker } from '../../../src/support/mask.js';

export const TOKEN = 'not-a-real-token-0001';
export const HOOK = 'not-a-real-webhook-secret-0001';

/** The smallest configuration that is right; its secrets are in `aHome`. */
export const SMALL = `forges:
  - name: work
    kind: gitea
    url: https://git.example.com
    tokenFile: secrets/work.token
    webhookSecretFiles: [secrets/work.hook]
repos:
  - match: work:acme/*
`;

/** Files by their path in the home; all are mode 600. The two secrets of `SMALL` are there. */
export function aHome(files: Readonly<Record<string, string>> = {}): string {
  const home = mkdtempSync(join(tmpdir(), 'kugetsu-home-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const all = { 'secrets/work.token': `${TOKEN}\n`, 'secrets/work.hook': `${HOOK}\n`, ...files };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(home, name)), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, name), text, { mode: 0o600 });
  }
  return home;
}

export type Env = Record<string, string>;

export function load(yaml: string, env: Env = {}, files: Record<string, string> = {}) {
  const home = aHome({ 'config.yaml': yaml, ...files });
  return loadConfig({ home, env, masker: createMasker() });
}

export function configOf(yaml: string, env: Env = {}, files: Record<string, string> = {}): Config {
  const loaded = load(yaml, env, files);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, undefined, 2));
  return loaded.config;
}

export function problemsOf(
  yaml: string,
  env: Env = {},
  files: Record<string, string> = {},
): readonly Problem[] {
  const loaded = load(yaml, env, files);
  return loaded.ok ? [] : loaded.problems;
}

/** `LINE PATH: MESSAGE; FIX`, the form in which tests state what they expect. */
export function told(problems: readonly Problem[]): string[] {
  return problems.map(({ line, path, message, fix }) => `${line ?? '-'} ${path}: ${message}; ${fix}`);
}
