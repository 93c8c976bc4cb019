// Settings whose part of kugetsu is not built yet: known, so that a config can be written ahead, and told as without effect.
import { z } from 'zod';
import { isRecord } from './tree.js';

const group = () => z.looseObject({}).optional();
const entries = () => z.array(z.looseObject({})).optional();

export const laterSections = {
  egress: group().describe('What `network: allowlist` lets through.'),
  models: entries().describe('Providers of the model gateway.'),
  budget: group().describe('What may be spent per task, person and day.'),
  prices: group().describe('Prices of models, over the shipped table.'),
  pushes: group().describe('What of a push is denied, held or allowed.'),
  access: entries().describe('Who may use which verbs where, over `trigger.permission`.'),
  repoFile: group().describe('What `.kugetsu.yml` may set.'),
  notify: entries().describe('Where notifications go.'),
  telegram: group().describe('The Telegram door.'),
};

/** `*` is any name. A group stands for everything in it. */
const NO_EFFECT_YET: readonly string[] = [
  ...Object.keys(laterSections),
  'agents.*.env',
  'agents.*.network',
  'limits.pm',
  'limits.turnsWithoutHuman',
  'limits.questionHours',
  'limits.checkRepairs',
  'limits.perPerson',
  'limits.perDay',
  'retention',
];

/** Paths of those that are written in `value`, e.g. `agents.claude.network`. */
export function withoutEffectYet(value: unknown): string[] {
  return NO_EFFECT_YET.flatMap((path) => written(value, path.split('.'), []));
}

export function hasNoEffectYet(path: string): boolean {
  return NO_EFFECT_YET.some((known) => known === path || path.startsWith(`${known}.`));
}

function written(value: unknown, [key, ...rest]: string[], before: readonly string[]): string[] {
  if (key === undefined) return value === undefined ? [] : [before.join('.')];
  if (!isRecord(value)) return [];
  const names = key === '*' ? Object.keys(value) : [key];
  return names.flatMap((name) =>
    Object.hasOwn(value, name) ? written(value[name], rest, [...before, name]) : [],
  );
}
