import { expect, test } from 'vitest';
import { createMasker } from '../../../src/support/mask.js';
import { inert } from '../../../src/text/inert.js';

// Has what each encoding treats in its own way: quotes, backslash, slash, plus, space, percent, umlaut, angle brackets.
const SECRET = 'kg_"Sec\\ret/+ü 100%<&>~end';

/** The encodings in which a secret may leave, by name. */
const ENCODINGS: Record<string, (text: string) => string> = {
  exact: (text) => text,
  url: (text) => encodeURIComponent(text),
  'url, lower case': (text) =>
    encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  form: (text) => new URLSearchParams({ s: text }).toString().slice(2),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
  'hex, upper case': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  json: (text) => JSON.stringify(text),
};

function maskerOf(...secrets: string[]) {
  const masker = createMasker();
  for (const secret of secrets) masker.add(secret);
  return masker;
}

/** Longest stretch that the two have in common. */
function longestShared(a: string, b: string): number {
  let longest = 0;
  for (let start = 0; start < a.length; start += 1) {
    while (b.includes(a.slice(start, start + longest + 1)) && start + longest < a.length) longest += 1;
  }
  return longest;
}

test.each(Object.keys(ENCODINGS))('a secret as %s is masked behind 0 to 5 other bytes', (name) => {
  const encode = ENCODINGS[name] ?? String;
  const masker = maskerOf(SECRET);
  for (let offset = 0; offset < 6; offset += 1) {
    const text = encode(`${'p'.repeat(offset)}${SECRET}tail`);
    const masked = masker.mask(`before ${text} after`);
    expect(masked).toContain('***');
    expect(masked.startsWith('before ')).toBe(true);
    expect(masked.endsWith(' after')).toBe(true);
    // A base64 character at either edge is shared with the neighbours' bits; nothing longer may be left.
    const alone = encode(SECRET).replace(/^"|"$/g, '');
    expect(longestShared(alone, masked.replace('before ', '').replace(' after', ''))).toBeLessThan(6);
  }
});

test('line ends and terminal colours inside a secret do not hide it', () => {
  const masker = maskerOf('ghs_abcdef0123456789');
  expect(masker.mask('x ghs_abcd\nef0123\r\n456789 y')).toBe('x *** y');
  expect(masker.mask('x \u001B[31mghs_abc\u001B[1;32mdef0123456789\u001B[0m y')).toBe(
    'x \u001B[31m***\u001B[0m y',
  );
});

test('each long line of a private key is a secret of its own', () => {
  const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ';
  const key = `-----BEGIN PRIVATE KEY-----\n${line}\nshort\n-----END PRIVATE KEY-----\n`;
  expect(maskerOf(key).mask(`read ${line} from it`)).toBe('read *** from it');
});

test('text without a secret is unchanged, also its line ends', () => {
  const text = 'one\r\ntwo\n\u001B[0mthree';
  expect(maskerOf('something-else').mask(text)).toBe(text);
  expect(createMasker().mask(text)).toBe(text);
});

test('a secret of five characters is refused, one of six is not', () => {
  expect(() => createMasker().add('12345')).toThrow(/5 characters/);
  expect(maskerOf('123456').mask('x123456x')).toBe('x***x');
});

test('half a surrogate pair in a secret does no harm', () => {
  expect(maskerOf('secret-\uD800-value').mask('plain')).toBe('plain');
});

test('C9: quote marks, list indentation and characters of no width inside a secret do not hide it', () => {
  const masker = maskerOf('ghs_abcdef0123456789');
  for (const gap of ['\n> ', '\r\n>> > ', '\n\n    ', '\u200b'])
    expect(masker.mask(`x ghs_abcdef${gap}0123456789 y`)).toBe('x *** y');
});

test('C9: what Markdown makes of a secret is masked as well', () => {
  const masker = maskerOf(SECRET);
  const escaped = SECRET.replace(/[!-/:-@[-`{-~]/g, (char) => `\\${char}`);
  const entities = SECRET.replace(/[^\w ]/g, (char) => `&#${char.codePointAt(0)};`);
  const named = SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  for (const shape of [
    escaped,
    entities,
    named,
    named.replaceAll('"', '&quot;'),
    inert(SECRET, { word: '/k' }),
  ])
    expect(masker.mask(`x ${shape} y`)).toBe('x *** y');
});

test('C9: a minted secret is forgotten when it has ended by itself', () => {
  const masker = createMasker();
  masker.add('ghs_still-alive-token', { untilMs: Date.now() + 3_600_000 });
  masker.add('ghs_ended-long-ago', { untilMs: 1 });
  expect(masker.mask('ghs_still-alive-token ghs_ended-long-ago')).toBe('*** ghs_ended-long-ago');
});

// Ratios, not times: a loaded machine is slow, and not more than linear.
const SHAPES: Record<string, string> = {
  'line ends': '\n',
  'quote marks': '\n> ',
  backslashes: '\\',
  'half a terminal sequence': '\u001B[12;',
  references: '&#',
  'beginnings of the secret': 'aaaab',
  'the secret over and over': 'aaaaaaaa',
};

test.each(Object.keys(SHAPES))('C9: 1 MiB of %s costs at most 2.5 times half of it', (name) => {
  const masker = maskerOf('aaaaaaaa');
  const text = (chars: number) => (SHAPES[name] ?? '').repeat(chars / (SHAPES[name] ?? '').length);
  const [half, whole] = [text(2 ** 19), text(2 ** 20)];
  const ratios = Array.from({ length: 5 }, () => {
    const short = cpuOf(() => masker.mask(half));
    return cpuOf(() => masker.mask(whole)) / short;
  });
  expect(ratios.sort((a, b) => a - b)[2]).toBeLessThanOrEqual(2.5);
});

/** Of this process alone: what others do on the machine counts little. */
function cpuOf(work: () => unknown): number {
  const started = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(started);
  return Math.max(1, user + system);
}
