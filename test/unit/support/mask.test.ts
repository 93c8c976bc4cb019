import { expect, test } from 'vitest';
import { createMasker } from '../../../src/support/mask.js';

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

test.each(Object.keys(ENCODINGS))(
  'a secret as %s is masked when it arrives in two pieces, cut anywhere',
  (name) => {
    const masker = maskerOf(SECRET);
    // Long enough that much of it is shown before its end.
    const whole = `${'log '.repeat(60)}${(ENCODINGS[name] ?? String)(SECRET)}${' done'.repeat(60)}`;
    for (let cut = 0; cut <= whole.length; cut += 1) {
      const stream = masker.stream();
      const shown = stream.push(whole.slice(0, cut)) + stream.push(whole.slice(cut)) + stream.end();
      expect(shown).toBe(masker.mask(whole));
    }
  },
);

test('a stream cut into single characters shows the same as the whole text', () => {
  const masker = maskerOf('first-secret-value', 'value-and-second-secret');
  const end = ' end'.repeat(60);
  const whole = `a first-secret-value-and-second-secret b first-secret-valu c first-secret-value${end}`;
  const stream = masker.stream();
  const shown =
    whole
      .split('')
      .map((char) => stream.push(char))
      .join('') + stream.end();
  expect(shown).toBe(masker.mask(whole));
  expect(shown).toBe(`a *** b first-secret-valu c ***${end}`);
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
  const stream = createMasker().stream();
  expect(stream.push(text)).toBe(text);
});

test('a secret of five characters is refused, one of six is not', () => {
  expect(() => createMasker().add('12345')).toThrow(/5 characters/);
  expect(maskerOf('123456').mask('x123456x')).toBe('x***x');
});

test('half a surrogate pair in a secret does no harm', () => {
  expect(maskerOf('secret-\uD800-value').mask('plain')).toBe('plain');
});
