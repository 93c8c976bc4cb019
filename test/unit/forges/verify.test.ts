// Signatures: what verifies, and the many that do not.
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { createGiteaReceiver } from '../../../src/forges/gitea/receive.js';
import { createGithubReceiver } from '../../../src/forges/github/receive.js';
import { verifySignature } from '../../../src/forges/verify.js';

const SECRET = 'a-secret-of-this-test';
const BODY = Buffer.from('{"action":"created","text":"päper & <b>"}');

test('the right signature verifies, at both receivers', async () => {
  const headers = { 'x-hub-signature-256': sign(SECRET, BODY) };
  const receivers = [
    createGithubReceiver({ url: 'https://github.com' }),
    createGiteaReceiver({ url: 'http://h' }),
  ];
  for (const receiver of receivers) {
    expect(await receiver.verify(headers, BODY, [SECRET])).toBe(true);
    expect(await receiver.verify({}, BODY, [SECRET])).toBe(false);
    expect(await receiver.verify({ 'x-hub-signature': 'sha1=00' }, BODY, [SECRET])).toBe(false);
  }
});

test('1,000 mutated signatures are refused', async () => {
  const right = sign(SECRET, BODY);
  let refused = 0;
  for (let at = 0; at < 1000; at += 1) {
    const place = at % right.length;
    const code = right.charCodeAt(place) ^ (1 << (Math.floor(at / right.length) % 7));
    const mutated = right.slice(0, place) + String.fromCharCode(code) + right.slice(place + 1);
    expect(mutated).not.toBe(right);
    if (!(await verifySignature(mutated, BODY, [SECRET]))) refused += 1;
  }
  expect(refused).toBe(1000);
});

test('one bit of the body changed, bytes added or taken away, formatted anew: refused', async () => {
  const right = sign(SECRET, BODY);
  for (let at = 0; at < BODY.length; at += 1) {
    const changed = Buffer.from(BODY);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(await verifySignature(right, changed, [SECRET])).toBe(false);
  }
  const others = [
    BODY.subarray(1),
    Buffer.concat([BODY, Buffer.from('\n')]),
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), BODY]),
    Buffer.from(JSON.stringify(JSON.parse(BODY.toString()), undefined, 2)),
  ];
  for (const other of others) expect(await verifySignature(right, other, [SECRET])).toBe(false);
});

test('bytes that are no text never verify, not even as what they decode to', async () => {
  const broken = Buffer.concat([BODY, Buffer.from([0xff])]);
  expect(await verifySignature(sign(SECRET, Buffer.from(broken.toString())), broken, [SECRET])).toBe(false);
  expect(await verifySignature(sign(SECRET, broken), broken, [SECRET])).toBe(false);
});

test('an empty secret, an empty signature and an empty body never verify', async () => {
  expect(await verifySignature(sign('', BODY), BODY, [''])).toBe(false);
  expect(await verifySignature(sign('', BODY), BODY, [])).toBe(false);
  for (const empty of [undefined, '', 'sha256=', 'sha256', '=']) {
    expect(await verifySignature(empty, BODY, [SECRET, ''])).toBe(false);
  }
  const nothing = Buffer.alloc(0);
  expect(await verifySignature(sign(SECRET, nothing), nothing, [SECRET])).toBe(false);
});

test('while rotating, the old and the new secret verify, and after it the old one does not', async () => {
  const old = sign('old-secret', BODY);
  expect(await verifySignature(old, BODY, [SECRET, '', 'old-secret'])).toBe(true);
  expect(await verifySignature(sign(SECRET, BODY), BODY, [SECRET, 'old-secret'])).toBe(true);
  expect(await verifySignature(old, BODY, [SECRET])).toBe(false);
});

test('only the exact form counts: no bare hex, no capitals, no sha1', async () => {
  const right = sign(SECRET, BODY);
  const hex = right.slice('sha256='.length);
  for (const form of [
    hex,
    `sha256=${hex.toUpperCase()}`,
    `SHA256=${hex}`,
    ` ${right}`,
    `${right}, ${right}`,
  ]) {
    expect(await verifySignature(form, BODY, [SECRET])).toBe(false);
  }
});

function sign(secret: string, body: Uint8Array): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
