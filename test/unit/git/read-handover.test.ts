// Reading what a hostile program may print instead of a hand-over.
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { readHandover } from '../../../src/git/handover.js';

const TIP = 'a'.repeat(40);
const limits = { maxBytes: 1_000, timeoutMs: 10_000 };

test('the line and the pack are taken apart wherever the chunks are cut', async () => {
  const bytes = Buffer.concat([
    Buffer.from(`kugetsu-handover v1 ${TIP} committed what rebase-finished\n`),
    pack(50),
  ]);
  for (const size of [1, 7, 62, 63, 1_000]) {
    const result = await readHandover(Readable.from(slices(bytes, size)), limits);
    expect(result).toMatchObject({ kind: 'tip', tip: TIP, notes: ['committed', 'rebase-finished'] });
    if (result.kind === 'tip') expect(await buffer(result.pack)).toEqual(pack(50));
  }
});

test('nothing to hand over', async () => {
  const stream = Readable.from([Buffer.from('kugetsu-handover v1 none conflicts\n')]);
  expect(await readHandover(stream, limits)).toEqual({ kind: 'none', notes: ['conflicts'] });
  expect(stream.destroyed).toBe(true);
});

test.each([
  ['nothing', ''],
  ['no line end', `kugetsu-handover v1 ${TIP}`],
  ['something else', 'PACK\n'],
  ['another version', `kugetsu-handover v2 ${TIP}\n`],
  ['a name instead of an id', 'kugetsu-handover v1 HEAD\n'],
  ['an option', 'kugetsu-handover v1 --all\n'],
  ['an id that is too long', `kugetsu-handover v1 ${TIP}00\n`],
  ['a long line', `kugetsu-handover v1 ${TIP} ${'x'.repeat(600)}\n`],
])('%s is an error with a sentence', async (_name, text) => {
  const result = await readHandover(Readable.from([Buffer.from(text)]), limits);
  expect(result).toMatchObject({ kind: 'error', reason: /did not begin as it should/ });
});

test('a flood without a line end is not collected', async () => {
  let given = 0;
  const flood = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(((given += 1), 65_536), 'x');
    })(),
  );
  expect(await readHandover(flood, limits)).toMatchObject({ kind: 'error' });
  expect(flood.destroyed).toBe(true);
  expect(given).toBeLessThan(40);
});

test('a pack that goes on and on ends with an error at the cap', async () => {
  const endless = Readable.from(
    (function* () {
      yield Buffer.from(`kugetsu-handover v1 ${TIP}\n`);
      for (;;) yield pack(300);
    })(),
  );
  const result = await readHandover(endless, limits);
  if (result.kind !== 'tip') throw new Error(result.kind);
  await expect(buffer(result.pack)).rejects.toMatchObject({
    name: 'HandoverError',
    message: /larger than 1 MB/,
  });
  expect(endless.destroyed).toBe(true);
});

test('silence ends after its time, before the line and after it', async () => {
  const silent = new Readable({ read() {} });
  expect(await readHandover(silent, { ...limits, timeoutMs: 30 })).toMatchObject({
    kind: 'error',
    reason: /too long/,
  });
  const stuck = new Readable({ read() {} });
  stuck.push(`kugetsu-handover v1 ${TIP}\nPACK`);
  const result = await readHandover(stuck, { ...limits, timeoutMs: 30 });
  if (result.kind !== 'tip') throw new Error(result.kind);
  await expect(buffer(result.pack)).rejects.toMatchObject({ message: /too long/ });
});

function pack(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_all, at) => at % 256));
}

function* slices(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
