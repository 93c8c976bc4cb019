// The shape of the house: rows of rooms, one way only, small files, no rule switched off.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROWS: readonly (readonly string[])[] = [
  ['support'],
  ['domain', 'config'],
  ['store', 'forges', 'git', 'sandbox', 'agents'],
  ['intake', 'commands', 'runner', 'reporter', 'reaper'],
  ['http', 'cli'],
  ['main'],
];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => /\.(ts|js|mjs)$/.test(name));

const sources = files('src');
const imports = sources.flatMap((from) => importsOf(from));

function importsOf(from: string): Import[] {
  const text = readFileSync(from, 'utf8');
  const found = text.matchAll(
    /(?:^|\n)(import|export)( type)?\s[^;]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/g,
  );
  return [...found].map(([, , type, path, lazy]) => ({
    from,
    to: normalize(join(dirname(from), (path ?? lazy ?? '').replace(/\.js$/, '.ts'))),
    typeOnly: type !== undefined,
  }));
}

/** Name of the room; files directly in src are the composition. */
function roomOf(file: string): string {
  const parts = relative('src', file).split('/');
  return parts.length === 1 ? 'main' : (parts[0] ?? '');
}

const rowOf = (room: string) => ROWS.findIndex((row) => row.includes(room));

test('every room is in the table', () => {
  const rooms = new Set(sources.map(roomOf));
  rooms.delete('practice');
  expect([...rooms].filter((room) => rowOf(room) === -1)).toEqual([]);
  // The reading of imports is a regular expression: it must at least find them.
  expect(imports.length).toBeGreaterThan(sources.length);
});

test('lower never imports higher; neighbours on a row meet only by type', () => {
  const wrong = imports.filter(({ from, to, typeOnly }) => {
    const [mine, theirs] = [roomOf(from), roomOf(to)];
    if (mine === theirs || mine === 'practice' || theirs === 'practice') return false;
    const [low, high] = [rowOf(mine), rowOf(theirs)];
    return high > low || (high === low && !typeOnly);
  });
  expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test('the practice forge stands beside: it imports only support, and only the demo imports it', () => {
  const out = imports.filter(
    ({ from, to }) => roomOf(from) === 'practice' && !['practice', 'support'].includes(roomOf(to)),
  );
  const into = imports.filter(({ from, to }) => roomOf(to) === 'practice' && roomOf(from) !== 'practice');
  expect(out).toEqual([]);
  expect(into.filter(({ from }) => !from.startsWith('src/cli/demo'))).toEqual([]);
});

test('no import cycle', () => {
  const next = byFrom();
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  function visit(file: string, path: readonly string[]): void {
    if (state.get(file) === 'open') cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (state.has(file)) return;
    state.set(file, 'open');
    for (const to of next.get(file) ?? []) visit(to, [...path, file]);
    state.set(file, 'done');
  }
  for (const file of sources) visit(file, []);
  expect(cycles).toEqual([]);
});

function byFrom(): Map<string, string[]> {
  const next = new Map<string, string[]>();
  for (const { from, to, typeOnly } of imports)
    if (!typeOnly) next.set(from, [...(next.get(from) ?? []), to]);
  return next;
}

test('no file over 300 lines, none without a first line that says its job, no rule switched off', () => {
  const all = [...sources, ...files('test')];
  const texts = all.map((file) => ({ file, text: readFileSync(file, 'utf8') }));
  expect(texts.filter(({ text }) => text.split('\n').length > 301).map(({ file }) => file)).toEqual([]);
  const silent = texts.filter(({ file, text }) => file.startsWith('src/') && !/^(#!.*\n)?\/\/ \S/.test(text));
  expect(silent.map(({ file }) => file)).toEqual([]);
  const off = new RegExp(
    ['oxlint', 'eslint'].map((name) => `${name}-disable`).join('|') +
      '|@ts-' +
      '(ignore|expect-error|nocheck)',
  );
  expect(texts.filter(({ text }) => off.test(text)).map(({ file }) => file)).toEqual([]);
});

test('text of agents and strangers reaches a comment in one way: masked, cut, made inert', () => {
  const ways = imports.filter(({ to }) => to === 'src/support/text/inert.ts').map(({ from }) => from);
  expect(ways).toEqual(['src/support/text/foreign.ts']);
});
