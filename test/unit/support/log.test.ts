import { expect, test } from 'vitest';
import { KugetsuError } from '../../../src/support/errors.js';
import { createLog, silentLog } from '../../../src/support/log.js';
import type { LogLevel } from '../../../src/support/log.js';
import { createMasker } from '../../../src/support/mask.js';

function recordingLog(level: LogLevel, secret?: string) {
  const masker = createMasker();
  if (secret !== undefined) masker.add(secret);
  const lines: string[] = [];
  const log = createLog({ level, masker, destination: { write: (line) => lines.push(line) } });
  const records = (): Record<string, unknown>[] => lines.map((line) => JSON.parse(line));
  return { log, lines, records };
}

test('an event is one JSON line with its fields, those of its parent included', () => {
  const { log, lines, records } = recordingLog('info');
  log.child({ task: 'T-2f9c' }).child({ run: 1 }).warn('run.ended', { exitCode: 75 });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.endsWith('\n')).toBe(true);
  expect(records()[0]).toMatchObject({
    level: 'warn',
    event: 'run.ended',
    task: 'T-2f9c',
    run: 1,
    exitCode: 75,
  });
  expect(records()[0]?.['time']).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test('a field may not replace the event', () => {
  const { log, records } = recordingLog('info');
  log.info('delivery.stored', { event: 'issue_comment', level: 9 });
  expect(records()[0]).toMatchObject({
    event: 'delivery.stored',
    event_: 'issue_comment',
    level: 'info',
    level_: 9,
  });
});

test('what is below the level is not written', () => {
  const { log, lines } = recordingLog('warn');
  log.debug('a');
  log.info('b');
  log.error('c');
  expect(lines).toHaveLength(1);
  silentLog.child({}).error('d');
});

test('an error is its message, code and causes; a stack only at debug', () => {
  const cause = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' });
  const error = new KugetsuError('push_failed', 'cannot push', { cause });
  for (const [level, hasStack] of [
    ['info', false],
    ['debug', true],
  ] as const) {
    const { log, lines, records } = recordingLog(level);
    log.error('push.failed', { error });
    expect(records()[0]?.['error']).toMatchObject({
      message: 'cannot push',
      code: 'push_failed',
      cause: { message: 'connect refused', code: 'ECONNREFUSED' },
    });
    expect(lines[0]?.includes('log.test.ts')).toBe(hasStack);
  }
});

test('secrets are masked wherever they stand in the line', () => {
  const secret = 'to"ken\\with-quotes';
  const { log, lines } = recordingLog('info', secret);
  log.info(`event ${secret}`, { nested: { list: [secret] }, error: new Error(`bad ${secret}`), [secret]: 1 });
  const escaped = JSON.stringify(secret).slice(1, -1);
  expect(lines[0]).not.toContain(escaped);
  expect(lines[0]?.match(/\*\*\*/g)).toHaveLength(4);
});

test('C9: a secret that a line end splits is masked before JSON writes the line end as two characters', () => {
  const { log, lines } = recordingLog('info', 'ghs_abcdef0123456789');
  log.child({ a: 'ghs_abcdef\n0123456789' }).info('x', { deep: [{ why: 'ghs_abc\r\ndef0123456789' }] });
  log.warn('y', { error: new Error('ghs_abcdef\n0123456789') });
  expect(lines.join('')).not.toMatch(/ghs_abc|0123456789/);
});
