// What our token may not do is said before work needs it: at the start, on /readyz, on the command line, in the refusal.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../src/doors/cli/cli.js';
import { giteaFace, githubFace, type Face, type PracticeWorld } from '../support/faces.js';
import { kugetsuIn, kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';

const MINUTE_MS = 60_000;
const BOT = 'kugetsu-bot';

for (const face of [giteaFace, githubFace]) {
  test(`F2: with all rights nothing is said (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    await k.settle();
    expect(lines(k, 'forge.rights')).toEqual([]);
    expect(await readyz(k)).toBe('ready\n');
    expect(await configCheck(k)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^work:acme\/api {2}may read, write, ask permissions$/m),
    });
  });

  test(`F2: an account that may only read is told at the start, with what to do (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    await k.world.forge.control.addCollaborator({ repo: 'acme/api', login: BOT, access: 'read' });
    await k.restart();
    await k.settle();
    expect(lines(k, 'forge.rights')).toHaveLength(1);
    expect(lines(k, 'forge.rights')[0]).toMatch(
      /"level":"warn".*"repo":"acme\/api".*may not write: give kugetsu-bot write access to acme\/api/,
    );
    expect(await readyz(k)).toMatch(/^ready\nwork: rights are missing in 1 repository; /);
    const asked = await configCheck(k);
    expect(asked.code).toBe(1);
    expect(asked.out).toMatch(/^work:acme\/api {2}may not write: give .* may not ask permissions: /m);
  });

  test(`F2: a forge that is down is said too, and asked again beside the work (${face.name})`, async () => {
    const k = await kugetsuOn(face);
    const effect = { kind: 'rate_limit', retryAfterSeconds: 5 } as const;
    await k.world.forge.control.fault({ on: 'request', user: BOT, times: 1_000, effect });
    await k.restart();
    await k.settle();
    expect(lines(k, 'forge.not_ready')).toHaveLength(1);
    expect(await configCheck(k)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^work {2}could not be asked/m),
    });
    await k.world.forge.control.clearFaults();
    await k.world.forge.control.addCollaborator({ repo: 'acme/api', login: BOT, access: 'read' });
    k.clock.advance(60_000);
    await k.settle();
    expect(lines(k, '"forge.rights"')).toHaveLength(1);
  });
}

test.each([
  [
    'only users',
    ['read:user'],
    /may not read: make a token with the scopes read:repository, read:issue too; may not write: /,
  ],
  [
    'no pushes',
    ['read:user', 'read:repository', 'write:issue'],
    /may not write: make a token with the scope write:repository too"/,
  ],
  [
    'not even users',
    ['write:repository', 'write:issue'],
    /may not read: make a token with the scope read:user too"/,
  ],
])('F2: a token of Gitea with too few scopes (%s) is told by what it lacks', async (_name, scopes, said) => {
  const k = await withScopes(giteaFace, scopes);
  await k.settle();
  expect(lines(k, '"forge.rights"')).toHaveLength(1);
  expect(lines(k, '"forge.rights"')[0]).toMatch(said);
  expect((await configCheck(k)).code).toBe(1);
});

test('F2: a classic token of GitHub without the scope repo is told by what it lacks', async () => {
  const k = await withScopes(githubFace, ['read:user']);
  await k.settle();
  expect(lines(k, '"forge.rights"')[0]).toMatch(/may not write: make a token with the scope repo too/);
});

test('F2: the refusal that follows from a missing scope says how to mend it', async () => {
  const k = await withScopes(giteaFace, ['read:user', 'write:issue']);
  const issue = await k.as('maintainer').openIssue('Refused');
  await issue.comment('/kugetsu start');
  await k.settle();
  expect(k.log.join('')).toMatch(
    /required=\[read:repository\].*To mend it, make a token with the scope read:repository too/,
  );
});

test('review: a push that the account may not do says who mends it and how, in the final and in the log', async () => {
  const k = await kugetsuOn(giteaFace);
  await k.world.forge.control.addCollaborator({ repo: 'acme/api', login: BOT, access: 'read' });
  const issue = await k.as('maintainer').openIssue('No push');
  await issue.comment('/kugetsu start\nscripted: write a.txt one\nscripted: commit A');
  await k.settle();
  expect(await issue.final()).toMatch(
    /does not let kugetsu's account push to `fix\/issue-1`\. .*write access.*`kugetsu config check --online`/,
  );
  expect(lines(k, '"pushed"')[0]).toMatch(/"level":"warn".*"result":"forbidden","why":"/);
});

test('review: rights that were given meanwhile show without a restart', async () => {
  const k = await kugetsuOn(giteaFace);
  const { control } = k.world.forge;
  await control.addCollaborator({ repo: 'acme/api', login: BOT, access: 'read' });
  await k.restart();
  await k.settle();
  k.clock.advance(MINUTE_MS);
  await k.settle();
  expect(lines(k, '"forge.rights"')).toHaveLength(1);
  expect(await readyz(k)).toMatch(/^ready\nwork: rights are missing/);

  await control.addCollaborator({ repo: 'acme/api', login: BOT, access: 'admin' });
  k.clock.advance(5 * MINUTE_MS);
  await k.settle();
  expect(await readyz(k)).toBe('ready\n');
  expect(lines(k, '"forge.rights"')[1]).toContain('nothing is missing any more');
});

test('review: /readyz says that a forge refuses the token, at the start and later', async () => {
  const k = await kugetsuOn(giteaFace);
  await k.settle();
  const { control } = k.world.forge;
  await control.fault({ on: 'request', user: BOT, times: 1_000, effect: { kind: 'fail', status: 401 } });
  await (await k.as('maintainer').openIssue('Waits')).comment('/kugetsu status');
  await k.settle();
  expect(await readyz(k)).toMatch(/^ready\nwork: everything for it waits; forge\.paused in the log/);
  await k.restart();
  await k.settle();
  expect(await readyz(k)).toMatch(/^ready\nwork: everything for it waits; forge\.not_ready in the log/);
  await control.clearFaults();
  k.clock.advance(10 * MINUTE_MS);
  await k.settle();
  expect(await readyz(k)).toBe('ready\n');
});

test('review: what a token without the scope for issues keeps from being said is said once it has it', async () => {
  const k = await kugetsuOn(giteaFace);
  const issue = await k.as('maintainer').openIssue('Said later');
  await k.settle();
  const file = join(k.home, 'secrets', 'work.token');
  const whole = readFileSync(file, 'utf8');
  const scopes = ['read:user', 'write:repository'];
  const { token } = await k.world.forge.control.createUser({ login: BOT, scopes });
  writeFileSync(file, `${token}\n`);
  await k.restart();
  await issue.comment('/kugetsu status');
  await issue.comment('/kugetsu start\nscripted: say all is well');
  await k.settle();
  expect(await issue.replies()).toEqual([]);
  expect(lines(k, 'given_up')).toEqual([]);

  writeFileSync(file, whole);
  await k.restart();
  k.clock.advance(10 * MINUTE_MS);
  await k.settle();
  expect(await issue.replies()).toHaveLength(1);
  expect(await issue.finals()).toHaveLength(1);
});

async function withScopes(face: Face, scopes: string[]): Promise<Kugetsu> {
  const world = await face();
  const { token } = await world.forge.control.createUser({ login: BOT, scopes });
  const authLines: PracticeWorld['authLines'] = (folder, name = 'work') => {
    const written = world.authLines(folder, name);
    writeFileSync(join(folder, `${name}.token`), `${token}\n`, { mode: 0o600 });
    return written;
  };
  const k = await kugetsuIn({ ...world, authLines });
  onTestFinished(k.close);
  return k;
}

async function configCheck(k: Kugetsu): Promise<{ code: number; out: string }> {
  let out = '';
  const code = await runCli(['config', 'check', '--online'], {
    env: { KUGETSU_HOME: k.home, PATH: process.env['PATH'] },
    stdout: (text) => void (out += text),
    stderr: (text) => void (out += text),
    stopSignal: () => AbortSignal.abort(),
    openApp: () => Promise.reject(new Error('no server was to be started')),
  });
  return { code, out };
}

const readyz = async (k: Kugetsu) => await (await fetch(`${k.app.url}/readyz`)).text();
const lines = (k: Kugetsu, what: string) => k.log.filter((line) => line.includes(what));
