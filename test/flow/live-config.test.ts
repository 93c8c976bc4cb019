// A running server follows its files: a good change counts at once, a broken one changes nothing and is said once.
import { existsSync, readFileSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBubblewrapSandbox } from '../../src/sandbox/bubblewrap.js';
import { operatorOf } from '../support/api.js';
import { giteaFace, githubFace } from '../support/faces.js';
import { kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';
import { kugetsuServing } from '../support/kugetsu-process.js';
import { until } from '../support/until.js';

const bubblewrap = await createBubblewrapSandbox({}).probe();
if (!bubblewrap.ok) process.stderr.write('skipped: install bubblewrap\n');

test('editing limits.agents while three tasks wait starts the next one without a restart', async () => {
  const k = await kugetsuOn(giteaFace, { config: ['limits: { memoryPerAgentMb: 0, agents: 1 }'] });
  const gate = join(k.home, 'gate');
  const issues = await Promise.all(
    [1, 2, 3, 4].map((each) => k.as('maintainer').openIssue(`Number ${each}`)),
  );
  for (const issue of issues)
    await issue.comment(
      `/kugetsu start\nscripted: run while [ ! -e ${gate} ]; do sleep 0.05; done\nscripted: commit Work`,
    );
  await k.world.idle();
  await k.stepUntil('one runs, three wait', async () => {
    const reports = await Promise.all(issues.map((issue) => issue.reports()));
    return (
      k.app.activeRuns === 1 && reports.flat().filter((body) => body.includes('**Queued**')).length === 3
    );
  });
  await rewrite(k, (text) => text.replace('agents: 1 }', 'agents: 2 }'));
  expect(k.app.activeRuns).toBe(2);
  expect(lines(k, 'config.applied')).toMatchObject([{ changed: ['limits.agents', 'limits.perRepo'] }]);
  // Lowered again, what runs comes to its end and nothing is started above it.
  await rewrite(k, (text) => text.replace('agents: 2 }', 'agents: 1 }'));
  expect(k.app.activeRuns).toBe(2);
  writeFileSync(gate, '');
  await k.settle();
  for (const issue of issues) expect(await issue.final()).toContain('**Done**');
});

test('a broken file changes nothing, is said once with the findings of `config check`, and the mended one counts', async () => {
  const k = await kugetsuOn(giteaFace);
  const whole = configOf(k);
  const before = k.app.config.current();
  await rewrite(k, (text) => text.replace('agent: scripted', 'agent: scripted\nlimits: { agent: 2 }'));
  await look(k);
  await look(k);
  expect(k.app.config.current()).toBe(before);
  const [problem] = k.app.config.refused()?.problems ?? [];
  expect(problem).toMatch(/config\.yaml:\d+:\d+: limits\.agent: .*agents/);
  expect(lines(k, 'config.refused')).toMatchObject([{ problems: [problem] }]);
  const told = { problems: [problem], since: expect.any(Number) };
  expect(await statusOf(k)).toEqual({ refused: told, waiting: [] });
  const issue = await k.as('maintainer').openIssue('Goes on');
  await issue.comment('/kugetsu start\nscripted: commit Work');
  await k.settle();
  expect(await issue.final()).toContain('**Done**');
  // Another mistake is other news; a file that is gone is one too.
  await rewrite(k, () => 'forges: [\n');
  unlinkSync(join(k.home, 'config.yaml'));
  await look(k);
  expect(lines(k, 'config.refused')).toHaveLength(3);
  await rewrite(k, () => whole.replace('agent: scripted', 'agent: scripted\nlimits: { agents: 7 }'));
  expect(k.app.config.refused()).toBeUndefined();
  expect(k.app.config.current().limits.agents).toBe(7);
  expect(await statusOf(k)).toEqual({ waiting: [] });
});

test('a file that is still being written is not read', async () => {
  const k = await kugetsuOn(giteaFace);
  await k.app.step();
  for (const part of ['', 'forges:\n', configOf(k)]) {
    writeFileSync(join(k.home, 'config.yaml'), part);
    await k.app.step();
    k.clock.advance(50);
    await k.app.step();
  }
  await look(k);
  expect(lines(k, 'config.refused')).toEqual([]);
});

for (const face of [giteaFace, githubFace])
  test(`a new token and a new secret of the webhook count at once, and are masked (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const issue = await k.as('maintainer').openIssue('Rotated');
    const fresh = await k.world.forge.control.createUser({ login: 'kugetsu-bot' });
    replace(join(k.home, 'secrets', 'work.token'), `${fresh.token}\n`);
    replace(join(k.home, 'secrets', 'work.hook'), 'another-secret-not-real\n');
    await look(k);
    expect(lines(k, 'config.applied')).toMatchObject([{ changed: ['forges.work'] }]);
    await issue.comment('/kugetsu help');
    await k.settle();
    expect(lines(k, 'delivery.refused')).toMatchObject([{ reason: 'wrong signature' }]);
    // The same door: GitHub takes no second hook of the same address.
    await k.world.addHook(`${k.app.url}/webhooks/work/`, 'another-secret-not-real');
    await issue.comment(`/kugetsu start\nscripted: write told.txt ${fresh.token}\nscripted: commit Work`);
    await k.settle();
    expect(await issue.final()).toContain('**Done**');
    expect(k.log.join('')).not.toContain(fresh.token);
  });

test('what another token lacks is told without a restart', async () => {
  const k = await kugetsuOn(giteaFace);
  await k.settle();
  expect(lines(k, 'forge.rights')).toEqual([]);
  const scopes = ['read:user', 'read:repository', 'write:issue'];
  const fewer = await k.world.forge.control.createUser({ login: 'kugetsu-bot', scopes });
  replace(join(k.home, 'secrets', 'work.token'), `${fewer.token}\n`);
  await look(k);
  expect(lines(k, 'forge.rights')).toMatchObject([{ forge: 'work', repo: 'acme/api' }]);
});

test('a token that is refused and then mended is told as both', async () => {
  const k = await kugetsuOn(giteaFace);
  await k.settle();
  const file = join(k.home, 'secrets', 'work.token');
  const right = readFileSync(file, 'utf8');
  replace(file, 'of-nobody-at-all\n');
  await look(k);
  expect(lines(k, 'forge.not_ready')).toMatchObject([{ forge: 'work' }]);
  replace(file, right);
  await look(k);
  expect(lines(k, 'forge.ready')).toHaveLength(2);
});

test('a config that is a link is followed when the link is turned', async () => {
  const k = await kugetsuOn(giteaFace);
  const file = join(k.home, 'config.yaml');
  const next = join(k.home, 'next.yaml');
  replace(next, `${configOf(k)}limits: { agents: 9 }\n`);
  symlinkSync(next, `${file}.link`);
  renameSync(`${file}.link`, file);
  await look(k);
  expect(k.app.config.current().limits.agents).toBe(9);
});

test('another agent, another repository and another word count for what comes next', async () => {
  const k = await kugetsuOn(giteaFace);
  await rewrite(k, (text) => {
    const agent =
      text
        .split('\n')
        .find((line) => line.startsWith('  scripted: '))
        ?.replace('scripted', 'second') ?? '';
    return `${text.replace('agents:\n', `agents:\n${agent}\n`)}trigger: { word: /bot }\n`;
  });
  const issue = await k.as('maintainer').openIssue('Second');
  await issue.comment('/bot start --agent second\nscripted: commit Work');
  await k.settle();
  expect(await issue.final()).toContain('**Done**');
  expect(await issue.report()).toContain('second');
  await rewrite(k, (text) => text.replace('work:acme/*', 'work:acme/web'));
  await issue.comment('/bot continue\nscripted: commit More');
  await k.settle();
  expect(await issue.reports()).toHaveLength(1);
});

test('what needs a restart is named, and counts from then on', async () => {
  const k = await kugetsuOn(giteaFace);
  await rewrite(k, (text) => {
    const forge = text.slice(text.indexOf('  - name: work'), text.indexOf('repos:'));
    return `${text.replace('repos:', `${forge.replace('name: work', 'name: other')}repos:`)}server: { publicUrl: "https://k.example.com" }\nlimits: { agents: 5 }\n`;
  });
  expect(lines(k, 'config.needs_restart')).toMatchObject([
    { settings: ['server.publicUrl', 'forges.other'] },
  ]);
  expect(await statusOf(k)).toEqual({ waiting: ['server.publicUrl', 'forges.other'] });
  expect(k.app.config.current()).toMatchObject({ limits: { agents: 5 }, server: { publicUrl: undefined } });
  await k.restart();
  expect(k.app.config.waiting()).toEqual([]);
  expect(k.app.config.current()).toMatchObject({ server: { publicUrl: 'https://k.example.com' } });
});

test('a file that was refused for what the machine lacks counts once that is there, though the file is the same', async () => {
  const k = await kugetsuServing(await giteaFace());
  const program = join(k.home, 'late.sh');
  const file = join(k.home, 'config.yaml');
  const late = `agents:\n  late: { kind: command, command: ["${program}"] }\n`;
  replace(file, readFileSync(file, 'utf8').replace('agents:\n', late));
  const isSaid = (event: string) => k.log.join('').includes(`"event":"${event}"`);
  await until('it is refused', () => isSaid('config.refused'));
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 });
  await until('it counts', () => isSaid('config.applied'));
  expect(k.log.join('').match(/"event":"config.refused"/g)).toHaveLength(1);
});

test('a variable of the environment that was set at the start wins over the edited file', async () => {
  const k = await kugetsuOn(giteaFace, { env: { KUGETSU_LIMITS_AGENTS: '2' } });
  await rewrite(k, (text) => `${text}limits: { agents: 8, attempts: 2 }\n`);
  expect(k.app.config.current().limits).toMatchObject({ agents: 2, attempts: 2 });
});

test.skipIf(!bubblewrap.ok)('C6: an edited agent that would be shown the home is refused', async () => {
  const k = await kugetsuOn(giteaFace, { sandbox: 'bubblewrap' });
  await rewrite(k, (text) =>
    text.replace('agents:\n', `agents:\n  nosy: { kind: command, command: [sh], readOnly: ["${k.home}"] }\n`),
  );
  expect(k.app.config.refused()?.problems.join()).toContain('agents could read');
  expect(Object.keys(k.app.config.current().agents)).toEqual(['scripted']);
  await rewrite(k, (text) =>
    text
      .replace('kind: command, command: [sh]', 'kind: opencode, config: { permission: { bash: ask } }')
      .replace(/, readOnly: \["[^"]*kugetsu-home[^"]*"\]/, ''),
  );
  expect(k.app.config.refused()?.problems.join()).toContain('nobody is there to answer');
});

async function statusOf(k: Kugetsu): Promise<unknown> {
  const status = await operatorOf(k.app).call('status');
  if (!status.ok) throw new Error(JSON.stringify(status));
  return status.body.config;
}

function configOf(k: Kugetsu): string {
  return readFileSync(join(k.home, 'config.yaml'), 'utf8');
}

/** As an editor does it: another file takes its place. */
async function rewrite(k: Kugetsu, change: (text: string) => string): Promise<void> {
  const file = join(k.home, 'config.yaml');
  replace(file, change(existsSync(file) ? configOf(k) : ''));
  await look(k);
}

function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Seen, quiet for a while, taken; and what it leads to. */
async function look(k: Kugetsu): Promise<void> {
  await k.app.step();
  k.clock.advance(1_000);
  while (await k.app.step());
}

function lines(k: Kugetsu, event: string): Record<string, unknown>[] {
  const all = k.log.map((line) => JSON.parse(line) as Record<string, unknown>);
  return all.filter((line) => line['event'] === event);
}
