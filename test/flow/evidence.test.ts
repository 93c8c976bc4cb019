// The evidence in a pull request's body: of the commit that is there now, with what people wrote around it left alone.
import { expect, test } from 'vitest';
import { giteaFace, githubFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';
import { must } from '../support/world.js';

for (const face of [giteaFace, githubFace]) {
  test(`first-use 7: each turn renews the evidence, and only that (${face.name})`, async () => {
    const k = await kugetsuOn(face, { config: ['limits: { memoryPerAgentMb: 0 }'] });
    const issue = await k.as('maintainer').openIssue('Two turns');
    await issue.comment('/kugetsu start\nscripted: write 1.txt 1\nscripted: commit Turn 1');
    await k.settle();
    const pull = await issue.pull();
    expect(pull.body).toContain('1 commit up to');
    const path = `/repos/${k.world.repo}/pulls/${pull.number}`;
    const edited = `A person's preface.\n\n${pull.body}\n\nA person's postscript.`;
    await must(k.world, 'maintainer', 'PATCH', path, { body: edited });
    await issue.comment('/kugetsu continue\nscripted: write 2.txt 2\nscripted: commit Turn 2');
    await k.settle();
    const { body } = await issue.pull();
    expect(body).toContain(`2 commits up to \`${headOf(k, issue.number)}\``);
    expect(body).not.toContain('1 commit up to');
    expect(body.match(/Evidence, written by the server/g)).toHaveLength(1);
    expect(body).toMatch(/^A person's preface\.\n[\s\S]*\nA person's postscript\.$/);
    const text = 'No evidence wanted.';
    await must(k.world, 'maintainer', 'PATCH', path, { body: `${text}\n\nCloses #${issue.number}` });
    await issue.comment('/kugetsu continue\nscripted: write 3.txt 3\nscripted: commit Turn 3');
    await k.settle();
    expect((await issue.pull()).body).toBe(`${text}\n\nCloses #${issue.number}`);
  });
}

function headOf(k: { git: (...args: string[]) => string }, number: number): string {
  return k.git('rev-parse', `fix/issue-${number}`).slice(0, 12);
}
