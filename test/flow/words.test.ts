// What people read in the end: true when it is said, whole, masked, and without anything that acts.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';

const CONFIG = ['limits: { memoryPerAgentMb: 0 }'];
const WORK = 'scripted: write a.txt one\nscripted: commit Add a';

test('A10: a final comment that comes after the merge says what is merged, gone and rescued', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Merged meanwhile');
  await issue.comment(`/kugetsu start\n${WORK}`);
  await k.settle();
  const pull = await issue.pull();
  const gate = join(k.home, 'gate');
  await issue.comment(
    `/kugetsu continue\nscripted: write b.txt two\nscripted: commit Add b\nscripted: wait ${gate}`,
  );
  await k.world.idle();
  await k.stepUntil('it works', async () => (await issue.report()).includes('Working'));
  const [worktree = ''] = k.worktrees();
  await k.stepUntil('it has written', () => readdirSync(worktree).includes('b.txt'));
  await issue.comment('/kugetsu stop');
  await k.world.idle();
  const comments = `/issues/${issue.number}/comments$`;
  await k.world.forge.control.fault({
    on: 'request',
    method: 'POST',
    path: comments,
    effect: { kind: 'fail', status: 503 },
  });
  await k.stepUntil('its final comment is held back', () => k.log.join('').includes('"kind":"final"'));
  await k.as('maintainer').merge(pull.number);
  await k.settle();
  expect(k.worktrees()).toEqual([]);
  k.clock.advance(600_000);
  await k.settle();
  const final = await issue.final();
  expect(final).toContain('**Stopped** by maintainer');
  expect(final).not.toContain('Kept: the worktree');
  expect(final).not.toContain('continue');
  expect(final).toMatch(
    /removed[\s\S]*`git fetch rescue\/\w+\.bundle refs\/\S+:rescued`[\s\S]*\/kugetsu start/,
  );
  expect((await issue.replies()).at(-1)).toMatch(/git fetch rescue\/\w+\.bundle/);
});

test('C5, C10: hostile words of an agent, in every place, leave nothing that acts and nothing that is too long', async () => {
  const cutHere = `${'x'.repeat(396)} \`![i](http://e.example/i.png) @admin <b>\``;
  const summary = `${cutHere}\n\n${'word '.repeat(40_000)}\`unclosed`;
  const code = `
    const { writeFileSync } = require('node:fs');
    const { execFileSync } = require('node:child_process');
    writeFileSync('a.txt', 'one');
    execFileSync('git', ['add', '-A']);
    execFileSync('git', ['commit', '-qm', 'Closes #1 @admin']);
    const summary = ${JSON.stringify(summary.slice(0, 450))} + 'word '.repeat(12_800);
    console.log(JSON.stringify({ type: 'summary', text: summary }));`;
  const agents = [`scripted: { kind: command, command: ${JSON.stringify([process.execPath, '-e', code])} }`];
  const k = await kugetsuOn(giteaFace, { config: CONFIG, agents });
  const issue = await k.as('maintainer').openIssue('Look @admin closes #1');
  await issue.comment('/kugetsu start');
  await k.settle();
  const pull = await issue.pull();
  expect(pull.body.length).toBeLessThanOrEqual(65_536);
  expect(pull.body).toMatch(/^<!-- kugetsu:pull /);
  expect(pull.body).toContain(`Closes #${issue.number}`);
  expect(pull.body.match(/<details>/g)).toHaveLength(1);
  expect(pull.body.trimEnd()).toMatch(/<\/details>\n<!-- kugetsu:evidence end -->$/);
  expect(pull.body).toMatch(/acts at the forge\*\*: `Closes #1`, `@admin`/);
  const final = await issue.final();
  expect(final.match(/`/g)?.length).toSatisfy((marks: number) => marks % 2 === 0);
  expect(final).not.toMatch(/!\[i\]\([^`]*$/m);
});

test('C10: a commit whose subject holds control characters is refused with a sentence', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Escape');
  await issue.comment(
    `/kugetsu start\nscripted: write a.txt one\nscripted: run git add -A && git commit -qm "$(printf 'Add \\033[2J a')"`,
  );
  await k.settle();
  expect(await issue.pulls()).toEqual([]);
  expect(await issue.final()).toMatch(/Failed[\s\S]*subject of commit \w{12} holds control characters/);
  expect(await issue.final()).toContain('`/kugetsu continue` and what to change in the commits');
});

test('C9: no shape of a credential that kugetsu holds comes out in a comment', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const token = k.world.botToken;
  const half = token.length / 2;
  const split = `${token.slice(0, half)}\\n${token.slice(half)}`;
  const issue = await k.as('maintainer').openIssue('Leak');
  const shapes = [split, token.split('').join('\u200b'), Buffer.from(token).toString('base64')];
  await issue.comment(
    `/kugetsu start\n${WORK}\nscripted: todos [ ] ${token}\nscripted: summary ${shapes.join('\\n\\n')}`,
  );
  await issue.comment(`/kugetsu strat ${token}`);
  await k.settle();
  const said = [...(await issue.comments()).map((one) => one.body), (await issue.pull()).body].filter(
    (body) => body.includes('<!-- kugetsu:'),
  );
  for (const body of said) {
    const read = body.replace(/\n>? ?|\u200b/g, '');
    expect(read).not.toContain(token.slice(0, half));
    expect(read).not.toContain(Buffer.from(token).toString('base64').slice(0, 20));
  }
  expect(said.filter((body) => body.includes('***')).length).toBeGreaterThan(2);
});

test('row 16: one stop gives one final comment, which pings nobody who typed it; replies quote what they answer', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Three tasks');
  await issue.comment('/kugetsu start\nscripted: hang');
  await k.world.idle();
  await k.stepUntil('it works', async () => (await issue.report()).includes('Working'));
  await issue.comment('/kugetsu continue one');
  await issue.as('admin').comment('/kugetsu continue two');
  await k.world.idle();
  await k.stepUntil(
    'both wait',
    async () => (await issue.reports()).filter((body) => body.includes('waits for T-')).length === 2,
  );
  await issue.comment('/kugetsu stop');
  await issue.comment('/kugetsu strat @admin now');
  await k.settle();
  const finals = await issue.finals();
  expect(finals).toHaveLength(1);
  expect(finals[0]).toMatch(/\n@admin \*\*Stopped\*\* by maintainer: T-\w+, T-\w+ and T-\w+\./);
  expect(finals[0]).not.toContain('@maintainer');
  expect((await issue.reports()).filter((body) => body.includes('**Stopped** · by maintainer'))).toHaveLength(
    3,
  );
  expect((await issue.replies()).at(-1)).toMatch(
    /There is no such command[\s\S]*This answers `\/kugetsu strat @admin now`\./,
  );
});

test('row 16: a base branch that does not exist is what was asked for, and the next base mends it', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Base');
  await issue.comment('/kugetsu start --base nope');
  await k.settle();
  expect(await issue.final()).toMatch(
    /what was asked for does not exist[\s\S]*no branch[\s\S]*start --base BRANCH/,
  );
  expect(await issue.final()).not.toContain('retry');
  await issue.comment(`/kugetsu start --base main\n${WORK}`);
  await k.settle();
  expect(await issue.pulls()).toHaveLength(1);
});

test('review: status names the question that waits, and a base that does not exist is mended with --fresh where work is there', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Asked');
  await issue.comment('/kugetsu start\nscripted: ask Which colour?');
  await k.settle();
  await issue.comment('/kugetsu status');
  await k.settle();
  const said = (await issue.replies()).at(-1);
  expect(said).toMatch(/T-\w+: the agent asked a question; answer with `\/kugetsu continue` and your answer/);
  expect(said).not.toContain('nothing waits');
  expect((await issue.reports())[0]).toContain('Waiting for you');
  await issue.comment('/kugetsu start --fresh --base nope');
  await k.settle();
  expect((await issue.reports())[0]).toMatch(/\*\*Answered\*\* · the agent asked a question, T-\w+ goes on/);
  expect((await issue.finals()).at(-1)).toContain('`/kugetsu start --fresh --base BRANCH`');
});

test('row 5: the last text is the result, shows in the report while it works, and silence is said', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const gate = join(k.home, 'gate');
  const issue = await k.as('maintainer').openIssue('Texts');
  await issue.comment(
    `/kugetsu start\nscripted: write a.txt one\nscripted: commit A\nscripted: say a log line\nscripted: say reading the tests\nscripted: wait ${gate}\nscripted: say all is well`,
  );
  await k.world.idle();
  await k.stepUntil('the line is there', async () => {
    k.clock.advance(11_000);
    return (await issue.report()).includes('> reading the tests');
  });
  writeFileSync(gate, '');
  await k.settle();
  const { body } = await issue.pull();
  expect(body).toContain('all is well');
  expect(body).not.toContain('a log line');
  const silent = await k.as('maintainer').openIssue('Silence');
  await silent.comment('/kugetsu start\nscripted: write a.txt');
  await silent.comment('/kugetsu continue\nscripted: sleep 1');
  await k.settle();
  expect(await silent.final()).toContain('The agent said nothing and changed nothing.');
});
