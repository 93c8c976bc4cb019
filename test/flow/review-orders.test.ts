// A review counts like a comment: its text and its comments on lines may hold commands, each carried out once.
import { expect, test } from 'vitest';
import { giteaFace, githubFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';

const WORK = '/kugetsu start\nscripted: write a.txt one\nscripted: commit One\nscripted: summary One.';
const line = (body: string) => [{ path: 'a.txt', body, new_position: 1 }];

for (const face of [giteaFace, githubFace]) {
  test(`row 15: commands in a review and in its comments on lines, with the word as people type it (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const issue = await k.as('maintainer').openIssue('Reviewed');
    await issue.comment(WORK);
    await k.settle();
    const { number } = await issue.pull();
    const pull = k.as('maintainer').on(number);
    await k.as('maintainer').review(number, 'COMMENT', 'Fine.\n\n/Kugetsu: status', line('/kugetsu, queue'));
    await k.as('maintainer').review(number, 'COMMENT', '', line('/kugetsu continue\nscripted: summary Two.'));
    await k.as('stranger').review(number, 'COMMENT', '/kugetsu status', line('/kugetsu continue evil'));
    await k.settle();
    expect((await pull.replies()).map((one) => one.split('\n')[1])).toEqual(['**Status**', '**Queue**']);
    expect(await pull.reports()).toHaveLength(1);
    expect(await pull.final()).toContain('Two.');
    const { deliveries } = await k.world.forge.control.log();
    for (const one of deliveries.filter((sent) => sent.event.startsWith('pull_request_review')))
      await k.world.forge.control.replay({ id: one.id });
    await k.settle();
    expect(await pull.replies()).toHaveLength(2);
    expect(await pull.reports()).toHaveLength(1);
  });
}
