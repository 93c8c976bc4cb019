// Names for git: what a template makes of hostile parts, and what the whitelists let through.
import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { branchName } from '../../../src/git/branch-name.js';
import { checkedUrl, isBranchName } from '../../../src/git/names.js';

const parts = { ref: '14', owner: 'acme', repo: 'api' };
const HOSTILE = [
  '-x',
  '..',
  '@{',
  '\0',
  '\u202etxt',
  'x'.repeat(300),
  'CON',
  'a.lock',
  'a\nb',
  '--exec=sh',
  '{ref}',
  '$&',
];
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(...HOSTILE),
  fc.string(),
);

test('the template gives the plain name first, then numbers', () => {
  expect([1, 2, 3].map((n) => branchName('fix/issue-{ref}', parts, n))).toEqual([
    'fix/issue-14',
    'fix/issue-14-2',
    'fix/issue-14-3',
  ]);
  expect(branchName('{owner}/{repo}/{ref}', { ref: 'Clean Up!', owner: 'Acme.Corp', repo: 'a_b' }, 1)).toBe(
    'acme-corp/a-b/clean-up',
  );
});

test('whatever the parts hold, the name is short and made of safe characters', () => {
  fc.assert(
    fc.property(nasty, nasty, nasty, fc.integer({ min: 1, max: 999 }), (ref, owner, repo, n) => {
      for (const template of ['fix/issue-{ref}', '{owner}/{repo}/{ref}', '{ref}']) {
        const name = branchName(template, { ref, owner, repo }, n);
        expect(name).toMatch(/^[a-z0-9][a-z0-9/-]{0,79}$/);
        expect(isBranchName(name)).toBe(true);
      }
    }),
    { numRuns: 3_000 },
  );
});

test('whatever the template is, a branch name comes out, and the tries differ', () => {
  fc.assert(
    fc.property(nasty, nasty, (template, ref) => {
      const names = [1, 2, 3].map((n) => branchName(template, { ...parts, ref }, n));
      expect(names.every((name) => isBranchName(name) && name.length <= 80)).toBe(true);
      expect(new Set(names).size).toBe(3);
    }),
    { numRuns: 3_000 },
  );
});

test('long or unwritable parts do not fall together', () => {
  const name = (ref: string) => branchName('fix/issue-{ref}', { ...parts, ref }, 1);
  expect(name('修正')).not.toBe(name('改善'));
  expect(name(`${'x'.repeat(200)}a`)).not.toBe(name(`${'x'.repeat(200)}b`));
});

test('what passes for a branch name here also does for git', () => {
  fc.assert(
    fc.property(nasty, (name) => {
      if (!isBranchName(name)) return;
      execFileSync('git', ['check-ref-format', `refs/heads/${name}`]);
    }),
    { numRuns: 300 },
  );
  for (const name of [
    'main',
    'release/1.2',
    'feature/größe',
    'dependabot/npm_and_yarn/a-1.0',
    'fix#12',
    'v1+x',
    '_x',
  ])
    expect(isBranchName(name)).toBe(true);
  for (const name of [
    '-x',
    'a/-x',
    'a..b',
    'a/.b',
    'a.lock/b',
    '@',
    'a@{1}',
    'a:b',
    'a\\b',
    'a~1',
    'a^',
    'a?',
    'a*',
    '/a',
    'a/',
  ])
    expect(isBranchName(name)).toBe(false);
});

test('an address with credentials or another protocol never reaches git', () => {
  expect(checkedUrl('https://git.example.com/a/b.git').scheme).toBe('https');
  for (const url of [
    'https://u:p@x/y',
    'https://u@x/y',
    'ext::sh',
    'file:///x',
    'git@x:y',
    '-x',
    'ftp://x/y',
    '',
  ])
    expect(() => checkedUrl(url)).toThrow(/address of a repository/);
});
