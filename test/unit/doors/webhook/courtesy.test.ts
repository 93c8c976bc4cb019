// How the inbox shares its time with accepting: on a clock that is moved by hand.
import { expect, test } from 'vitest';
import { createCourtesy } from '../../../../src/doors/webhook/courtesy.js';

function world({ arriving, stepMs }: { arriving: boolean; stepMs: number }) {
  let now = 0;
  let worked = 0;
  const nowMs = () => now;
  const courtesy = createCourtesy({
    nowMs,
    wait: async (ms) => {
      now += ms;
      if (arriving) courtesy.arrived();
    },
  });
  const step = courtesy.after(async () => {
    now += stepMs;
    worked += stepMs;
    if (arriving) courtesy.arrived();
    return true;
  });
  return {
    async steps(count: number): Promise<{ worked: number; took: number }> {
      for (let n = 0; n < count; n += 1) await step();
      return { worked, took: now };
    },
  };
}

test('B7: while deliveries come in, the inbox has a fifth of the time', async () => {
  const { worked, took } = await world({ arriving: true, stepMs: 20 }).steps(100);
  expect(worked / took).toBeGreaterThan(0.18);
  expect(worked / took).toBeLessThan(0.22);
});

test('B7: a burst without an end holds no comment back for long', async () => {
  const { took } = await world({ arriving: true, stepMs: 5_000 }).steps(10);
  expect(took).toBeLessThan(10 * (5_000 + 300));
});

test('B7: when nothing comes in the inbox waits for nobody', async () => {
  expect(await world({ arriving: false, stepMs: 20 }).steps(100)).toEqual({ worked: 2_000, took: 2_000 });
});
