// How a turn of opencode is followed and judged: over events recorded from a real server, and over what it must survive.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parsePayload, type Payload } from '../../../src/agents/opencode/payloads.js';
import {
  follow,
  newTurn,
  outcomeOf,
  type Reaction,
  type TurnState,
} from '../../../src/agents/opencode/turn-state.js';

const patience = { modelRetries: 4, longestWaitMs: 90_000 };
const noon = 1_800_000_000_000;
const recorded = readFileSync('fixtures/opencode/serve-events.jsonl', 'utf8')
  .split('\n')
  .map((line) => parsePayload(line))
  .filter((payload) => payload !== undefined);

test('recorded: a turn with a tool tells its tool, its usage and its text', () => {
  const { state, events } = play('ses_e0667ad18ffeNZj1zG0MOjd2O9', untilIdle(recorded));
  const title = 'pwd; echo $OPENCODE $OPENCODE_PID $AGENT; env | grep -c XDG';
  const usage = { inputTokens: 1000, outputTokens: 50, costUsd: 0.0011 };
  expect(events.filter(({ type }) => type !== 'heartbeat')).toEqual([
    { type: 'tool', name: 'bash', title, state: 'start' },
    { type: 'tool', name: 'bash', title, state: 'ok', exitCode: 0 },
    { type: 'usage', usage },
    { type: 'text', text: 'fin' },
    { type: 'usage', usage },
  ]);
  expect(state.ended).toBe(true);
  expect(outcomeOf(state)).toEqual({ kind: 'done', text: 'fin' });
});

test('recorded: a refusal by the model is auth; a permission that is asked is rejected and no success', () => {
  expect(outcomeOf(play('ses_e066796feffe7O759xbPnbsQ2U', recorded).state)).toMatchObject({ class: 'auth' });
  const asked = play('ses_e0667a0d2ffeIBT98iZ20YCGzH', recorded);
  expect(asked.answers[0]).toEqual({ type: 'reject_permission', id: 'per_1f9985fa7001t5MJKC5gg3ynTq' });
  const message = expect.stringContaining('git status --short');
  expect(outcomeOf(asked.state)).toMatchObject({
    kind: 'failed',
    class: 'refused_tool',
    message,
    retryable: false,
  });
});

test("a sub-agent's error is not the turn's, its refused tool is", () => {
  const child = payload('session.created', { info: { id: 'child', parentID: 'me' } });
  const error = payload('session.error', { sessionID: 'child', error: { name: 'UnknownError' } });
  const refused = 'The user has specified a rule which prevents you from using this specific tool call.';
  const state = { status: 'error', error: refused, input: { command: 'sudo x' } };
  const tool = part({ sessionID: 'child', type: 'tool', tool: 'bash', callID: 'c', state });
  expect(outcomeOf(play('me', [busy, child, error, stop, idle]).state)).toEqual({ kind: 'done', text: '' });
  expect(outcomeOf(play('me', [busy, child, tool, stop, idle]).state)).toMatchObject({
    class: 'refused_tool',
  });
  expect(outcomeOf(play('me', [busy, tool, stop, idle]).state)).toEqual({ kind: 'done', text: '' });
});

test('an overflow of the context that opencode mends itself is no failure, a second one is', () => {
  const overflow = payload('session.error', { sessionID: 'me', error: { name: 'ContextOverflowError' } });
  const compaction = part({ type: 'compaction' });
  expect(outcomeOf(play('me', [busy, overflow, compaction, stop, idle]).state).kind).toBe('done');
  const twice = play('me', [busy, overflow, compaction, overflow, compaction, idle]);
  expect(outcomeOf(twice.state)).toMatchObject({ class: 'context', retryable: false });
});

test('a model that asks for an hour is not waited for, and when it will do is told', () => {
  const hour = noon + 3_600_000;
  const retry = (next: number, attempt: number): Payload =>
    payload('session.status', {
      sessionID: 'me',
      status: { type: 'retry', attempt, message: 'slow down', next },
    });
  const far = play('me', [busy, retry(hour, 1)]);
  expect(far.state.ended).toBe(true);
  expect(outcomeOf(far.state)).toMatchObject({ class: 'quota', resetAt: hour, retryable: false });
  const near = play('me', [busy, retry(noon + 2_000, 4)]);
  expect(near.state.ended).toBe(false);
  expect(outcomeOf(play('me', [busy, retry(noon + 2_000, 5)]).state)).toMatchObject({ class: 'overloaded' });
});

test('the end is only believed after work, and a last step that does not say stop is no success', () => {
  expect(play('me', [idle]).state.ended).toBe(false);
  expect(play('me', [busy, idle]).state.ended).toBe(true);
  expect(outcomeOf(play('me', [busy, idle]).state)).toMatchObject({ kind: 'failed', class: 'unknown' });
  const begun = part({ id: 'p2', type: 'step-start' });
  expect(outcomeOf(play('me', [busy, stop, begun, idle]).state)).toMatchObject({ kind: 'failed' });
});

test('what is no event of interest is skipped', () => {
  const lines = ['', '{', '[]', '{"payload":7}', '{"payload":{"type":"session.status","properties":{}}}'];
  expect(lines.map((line) => parsePayload(line))).toEqual(lines.map(() => undefined));
});

const busy = payload('session.status', { sessionID: 'me', status: { type: 'busy' } });
const idle = payload('session.status', { sessionID: 'me', status: { type: 'idle' } });
const stop = part({ type: 'step-finish', reason: 'stop', tokens: { input: 1, output: 1 }, cost: 0 });

function play(
  id: string,
  payloads: readonly Payload[],
): { state: TurnState; events: { type: string }[]; answers: Reaction[] } {
  const state = newTurn(id);
  const reactions = payloads.flatMap((one) => follow(state, one, patience, noon));
  const events = reactions.flatMap((reaction) => (reaction.type === 'emit' ? [reaction.event] : []));
  return { state, events, answers: reactions.filter(({ type }) => type !== 'emit') };
}

function untilIdle(payloads: readonly Payload[]): readonly Payload[] {
  const end = payloads.findIndex(
    ({ type, properties }) => type === 'session.status' && properties.status.type === 'idle',
  );
  return payloads.slice(0, end + 1);
}

function part(fields: Record<string, unknown>): Payload {
  return payload('message.part.updated', { part: { id: 'p1', messageID: 'm1', sessionID: 'me', ...fields } });
}

function payload(type: string, properties: Record<string, unknown>): Payload {
  const parsed = parsePayload(JSON.stringify({ payload: { type, properties } }));
  if (parsed === undefined) throw new Error(`not an event: ${type}`);
  return parsed;
}
