// The practice forge's Gitea face against a real Gitea: every recorded request is asked again, every delivery compared.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareAnswer, compareDelivery } from './compare.js';
import { recordedAnswers, recordedDeliveries } from './recordings.js';
import { STORY } from './story.js';
import type { Step } from './story.js';
import { createWorld } from './world.js';
import type { World } from './world.js';

const answers = recordedAnswers();
const deliveries = recordedDeliveries();
/** Name of the recording to what differs; empty = the same. */
const answersCompared = new Map<string, string[]>();
const deliveriesCompared = new Map<string, string[]>();
/** What was sent though the recording has nothing. */
const surplus: string[] = [];

let world: World;

beforeAll(async () => {
  world = await createWorld();
  for (const step of STORY) await play(step);
});
afterAll(() => world.stop());

test('every recorded answer has the same status and shape', () => {
  expect(differing(answersCompared)).toEqual({});
});

test('every recorded delivery has the same headers, event and shape', () => {
  expect(differing(deliveriesCompared)).toEqual({});
});

test('nothing is sent where a real Gitea sent nothing', () => {
  expect(surplus).toEqual([]);
});

test('no recording is left out', () => {
  const table = `${answersCompared.size} of ${answers.size} answers, ${deliveriesCompared.size} of ${deliveries.size} deliveries`;
  process.stdout.write(`practice forge against the recorded Gitea: ${table} compared\n`);
  expect(table).toBe('117 of 117 answers, 86 of 86 deliveries');
});

async function play(step: Step): Promise<void> {
  if ('api' in step) await playRecorded(step.api);
  else if ('run' in step) await step.run(world);
  else {
    const [method = '', path = ''] = step.does.split(' ');
    const answer = await world.call(step.as, method, path, step.body);
    expect(answer.status, `${step.does}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  }
  await world.forge.control.idle();
  compareSent(step);
}

async function playRecorded(number: string): Promise<void> {
  const recorded = answers.get(number);
  if (recorded === undefined) throw new Error(`no recording ${number}`);
  const { as, method, path, body } = recorded.request;
  const said = await world.call(as, method, path, body);
  world.names.learnFrom(recorded.response.body, said.body);
  answersCompared.set(recorded.name, compareAnswer(recorded.response, said));
}

/** By path first (several hooks), then in order. A step that tells nothing of deliveries was not recorded for its own. */
function compareSent(step: Step): void {
  const sent = world.receiver.take();
  for (const number of step.sends ?? []) {
    const recorded = deliveries.get(number);
    if (recorded === undefined) throw new Error(`no recorded delivery ${number}`);
    const index = sent.findIndex((one) => one.path === recorded.path);
    const [said] = index < 0 ? [] : sent.splice(index, 1);
    deliveriesCompared.set(
      recorded.name,
      said === undefined ? ['not sent'] : compareDelivery(recorded, said, world.names),
    );
  }
  if ('api' in step || step.sends !== undefined)
    surplus.push(...sent.map((one) => `${JSON.stringify(step)}: ${one.body.slice(0, 80)}`));
}

function differing(compared: ReadonlyMap<string, string[]>): Record<string, string[]> {
  return Object.fromEntries([...compared].filter(([, differences]) => differences.length > 0));
}
