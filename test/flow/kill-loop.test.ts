// Comments and follow-ups on many issues while the server is killed again and again, and the forge loses answers. Counted at
// the forge and on the disk. `npm run chaos` is the long form.
import { expect, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { killLoop } from '../support/kill-loop.js';

const wished = (name: string, least: number) => Number(process.env[`KUGETSU_CHAOS_${name}`] ?? least);

test('a server that is killed again and again loses nothing, doubles nothing and leaves nothing behind', async () => {
  const wish = {
    kills: wished('KILLS', 3),
    issues: wished('ISSUES', 3),
    comments: wished('COMMENTS', 9),
    seed: wished('SEED', 7),
  };
  const tally = await killLoop(await giteaFace(), wish);
  process.stdout.write(`${JSON.stringify({ ...wish, ...tally })}\n`);
  expect(tally).toEqual({
    lost: [],
    doubled: [],
    secondPulls: [],
    unreachableCommits: [],
    orphans: [],
    leftBehind: [],
  });
});
