// The shape of the house: one line of rooms, one way only, small files, no rule switched off.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

/** From left to right, as in docs/architecture.md: a room imports what is to its right, by plain import. */
const LINE =
  'main doors verbs outbox work words store agents sandbox git forges config domain text support'.split(' ');

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

test('every room is in the line', () => {
  const rooms = new Set(sources.map(roomOf));
  rooms.delete('practice');
  expect([...rooms].filter((room) => !LINE.includes(room))).toEqual([]);
  expect(LINE.filter((room) => !rooms.has(room))).toEqual([]);
  // The reading of imports is a regular expression: it must at least find them.
  expect(imports.length).toBeGreaterThan(sources.length);
});

test('no room imports one to its left, not even a type', () => {
  const wrong = imports.filter(({ from, to }) => {
    const [mine, theirs] = [roomOf(from), roomOf(to)];
    return mine !== 'practice' && theirs !== 'practice' && LINE.indexOf(theirs) < LINE.indexOf(mine);
  });
  expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test('app.ts is the one composition, in at most 150 lines', () => {
  const top = sources.filter((file) => roomOf(file) === 'main').map((file) => relative('src', file));
  expect(top).toEqual(['app.ts', 'main.ts']);
  expect(readFileSync('src/app.ts', 'utf8').split('\n').length).toBeLessThanOrEqual(151);
  expect(imports.filter(({ to }) => to === 'src/app.ts').map(({ from }) => from)).toEqual(['src/main.ts']);
});

test('the practice forge stands beside: it imports only support and text, and only the demo imports it', () => {
  const out = imports.filter(
    ({ from, to }) => roomOf(from) === 'practice' && !['practice', 'support', 'text'].includes(roomOf(to)),
  );
  const into = imports.filter(({ from, to }) => roomOf(to) === 'practice' && roomOf(from) !== 'practice');
  expect(out).toEqual([]);
  expect(into.filter(({ from }) => !from.startsWith('src/doors/cli/demo'))).toEqual([]);
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

test('an order is asked for in one way, which derives what names it', () => {
  const calls = sources.filter((file) => /\borders\.add\(/.test(readFileSync(file, 'utf8')));
  expect(calls).toEqual(['src/store/place-order.ts']);
});

test('text of agents and strangers reaches a comment in one way: masked, cut, made inert', () => {
  const ways = imports.filter(({ to }) => to === 'src/text/inert.ts').map(({ from }) => from);
  expect(ways).toEqual(['src/text/foreign.ts']);
});
