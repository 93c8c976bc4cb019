// Which settings two configurations differ in, and which of them count only from the next start on. Pure.
import { isDeepStrictEqual } from 'node:util';
import type { Config, ForgeConfig } from './config.js';
import { isRecord } from './tree.js';

/** Names as in the file, without values: `limits.agents`, `repos`, `forges.work`. */
export function changedSettings(before: Partial<Config>, after: Partial<Config>): string[] {
  const keys = Object.keys(after) as (keyof Config)[];
  return keys.flatMap((key) => {
    if (key === 'forges') return changedParts(key, byName(before.forges), byName(after.forges));
    const [old, fresh] = [before[key], after[key]];
    if (isRecord(old) && isRecord(fresh)) return changedParts(key, old, fresh);
    return isDeepStrictEqual(old, fresh) ? [] : [key];
  });
}

/**
 * A running server cannot listen elsewhere, protect agents otherwise or speak to another forge: that stays as it was at the start.
 * @returns what counts now, and the names of the settings that wait for a restart
 */
export function untilRestart(start: Config, wanted: Config): { config: Config; waiting: readonly string[] } {
  const { server, sandbox, environment } = start;
  const forges = start.forges.map((known) => {
    const entry = wanted.forges.find(({ name }) => name === known.name);
    // A new token is never sent to the old address: an entry counts whole or not at all.
    return entry !== undefined && entry.kind === known.kind && entry.url === known.url ? entry : known;
  });
  const config = { ...wanted, server, sandbox, environment, forges };
  return { config, waiting: changedSettings(config, wanted) };
}

function changedParts(key: string, before: object, after: object): string[] {
  const [old, fresh]: [Record<string, unknown>, Record<string, unknown>] = [{ ...before }, { ...after }];
  const names = new Set([...Object.keys(old), ...Object.keys(fresh)]);
  return [...names]
    .filter((name) => !isDeepStrictEqual(old[name], fresh[name]))
    .map((name) => `${key}.${name}`);
}

function byName(forges: readonly ForgeConfig[] = []): Record<string, ForgeConfig> {
  return Object.fromEntries(forges.map((entry) => [entry.name, entry]));
}
