// What a scripted agent does when nobody tells it anything: a small, real piece of work, so that a demo is alive.
import { setTimeout as delay } from 'node:timers/promises';
import { verbs, type World } from './scripted-verbs.js';

const pauseMs = 200;
const plan = ['Read the issue', 'Write the answer', 'Commit it'];

/** Answers the issue in `answers/issue-N.md`, one paragraph per turn, and commits it. */
export async function playDemo(world: World): Promise<void> {
  const issue = world.env['KUGETSU_ISSUE'] ?? 'the issue';
  const turn = world.env['KUGETSU_TURN'] ?? '1';
  const file = `answers/issue-${/\d+$/.exec(issue)?.[0] ?? 'unknown'}.md`;
  for (const index of plan.keys()) {
    const list = plan.map((text, place) => `[${place < index ? 'x' : ' '}] ${text}`);
    await play(world, 'todos', list.join(';'));
    if (index === 0)
      await play(world, 'say', `I have read ${issue}; my prompt has ${world.prompt.length} characters.`);
    if (index === 1) await play(world, 'append', `${file} Turn ${turn}: answered ${issue}.`);
    if (index === 2) await play(world, 'commit', `Answer ${issue}, turn ${turn}`);
    await play(world, 'usage', '1200 80 0.0042');
    await delay(pauseMs);
  }
  await play(world, 'todos', plan.map((text) => `[x] ${text}`).join(';'));
  await play(world, 'summary', `Wrote the answer to \`${file}\` and committed it.`);
}

async function play(world: World, verb: string, rest: string): Promise<void> {
  await verbs[verb]?.(world, rest);
}
