import { expect, test } from 'vitest';
import { matchRepo } from '../../../src/config/match.js';
import type { Config } from '../../../src/config/config.js';
import { SMALL, configOf } from './a-home.js';

/** A configuration with these rules, written as in the file. */
function withRules(...rules: string[]): Config {
  const head = SMALL.slice(0, SMALL.indexOf('repos:'));
  const agents =
    'agents:\n  opencode: { kind: opencode }\n  other: { kind: opencode }\n  third: { kind: opencode }\n';
  return configOf(
    `${head}repos:\n${rules.map((rule) => `  - ${rule}\n`).join('')}${agents}limits: { perRepo: 2 }\n`,
  );
}

test.each([
  ['work:acme/api', 'acme/api', true],
  ['work:acme/api', 'Acme/API', true],
  ['work:acme/api', 'acme/apix', false],
  ['work:acme/a.i', 'acme/api', false],
  ['work:acme/*', 'acme/api', true],
  ['work:acme/*', 'acme/api/x', false],
  ['work:acme/*', 'xacme/api', false],
  ['work:acme/api-*', 'acme/api-docs', true],
  ['work:acme/api-*', 'acme/api', false],
  ['work:*/api', 'acme/api', true],
  ['work:**', 'acme/api', true],
  ['work:acme/**', 'acme/api', true],
  ['work:acme/**', 'other/api', false],
])('%s covers %s: %s', (match, path, expected) => {
  expect(matchRepo(withRules(`match: ${match}`), 'work', path) !== undefined).toBe(expected);
});

test('a rule is for its forge only', () => {
  expect(matchRepo(withRules('match: work:**'), 'hub', 'acme/api')).toBeUndefined();
});

test('without a rule of its own a repository gets the defaults', () => {
  expect(matchRepo(withRules('match: work:**'), 'work', 'acme/api')).toEqual({
    agent: 'opencode',
    base: undefined,
    cloneUrl: undefined,
    perRepo: 2,
  });
});

test('the more exact rule wins, key by key, wherever it stands', () => {
  const config = withRules(
    '{ match: work:acme/api#14, agent: third }',
    '{ match: work:acme/api, agent: other, cloneUrl: "https://mirror.example.com/x.git" }',
    '{ match: work:acme/*, agent: opencode, base: develop }',
  );
  const mirror = 'https://mirror.example.com/x.git';
  expect(matchRepo(config, 'work', 'acme/api')).toMatchObject({
    agent: 'other',
    base: 'develop',
    cloneUrl: mirror,
  });
  expect(matchRepo(config, 'work', 'acme/api', 14)).toMatchObject({
    agent: 'third',
    base: 'develop',
    cloneUrl: mirror,
  });
  expect(matchRepo(config, 'work', 'acme/docs', 14)).toMatchObject({
    agent: 'opencode',
    cloneUrl: undefined,
  });
});

test('of two equally exact rules the later one wins', () => {
  const config = withRules('{ match: work:acme/*, agent: other }', '{ match: "work:*/api", agent: third }');
  expect(matchRepo(config, 'work', 'acme/api')?.agent).toBe('third');
});

test('a rule for one issue lets in that issue and nothing else', () => {
  const config = withRules('match: work:acme/api#14');
  expect(matchRepo(config, 'work', 'acme/api', 14)).toBeDefined();
  expect(matchRepo(config, 'work', 'acme/api', 15)).toBeUndefined();
  expect(matchRepo(config, 'work', 'acme/api')).toBeUndefined();
});
