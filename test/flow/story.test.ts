// The main job as a story, on both faces: a comment, an agent, a pull request, a merge, nothing left behind.
import { expect, test } from 'vitest';
import { giteaFace, githubFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';

const START = `/kugetsu start use a fake clock
scripted: todos [x] Read the test; [ ] Use a fake clock
scripted: write src/login.txt steady
scripted: commit Use a fake clock
scripted: run true
scripted: summary The login test uses a fake clock now.`;

for (const face of [giteaFace, githubFace]) {
  test(`a comment becomes a merged pull request (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const issue = await k.as('maintainer').openIssue('Login test is flaky', 'It fails one time in five.');
    const comment = await issue.comment(START);
    await k.settle();

    expect(await issue.reactions(comment.id)).toEqual(['eyes', 'rocket']);
    expect(await issue.report()).toMatch(/\*\*Done\*\* · #\d+/);
    expect(await issue.reports()).toHaveLength(1);
    expect(await issue.finals()).toHaveLength(1);
    const pull = await issue.pull();
    expect(pull).toMatchObject({
      state: 'open',
      title: `Login test is flaky (#${issue.number})`,
      base: { ref: 'main' },
    });
    expect(await issue.final()).toContain(`#${pull.number}`);
    expect(k.show(`fix/issue-${issue.number}:src/login.txt`)).toBe('steady\n');
    expect(k.worktrees()).toHaveLength(1);

    await k.as('maintainer').merge(pull.number);
    await k.settle();
    expect(k.show('main:src/login.txt')).toBe('steady\n');
    expect(k.git('rev-list', '--merges', '--count', 'main')).toBe('1');
    expect(await issue.state()).toBe('closed');
    expect(k.worktrees()).toEqual([]);
    expect(k.agentHomes()).toEqual([]);
    expect(k.mirrorRefs()).toEqual([]);
  });
}
