// Servers that answer what no forge should: redirects to elsewhere, half answers, odd limits. Both adapters.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { FORGE_KINDS } from '../../../src/config/forge-kinds.js';
import type { Forge } from '../../../src/forges/forge.js';
import { createGiteaForge } from '../../../src/forges/gitea/forge.js';
import { createGithubForge } from '../../../src/forges/github/forge.js';
import { passingOf } from '../../../src/forges/passing.js';
import { refusal, refused } from './refused.js';

const REPO = { forge: 'odd', id: '5', path: 'acme/api' };
const ISSUE = { repo: REPO, number: 1 };
const TOKEN = 'token-of-this-test';

test('a redirect to another host is not followed, and nothing is sent there', async () => {
  let visits = 0;
  const canary = await listen((_request, response) => {
    visits += 1;
    response.end('{}');
  });
  const status = [301, 302, 307, 308];
  let at = 0;
  const server = await listen((request, response) => {
    request.resume();
    at += 1;
    response.writeHead(status[at % status.length] ?? 301, { location: `${canary.url}${request.url}` }).end();
  });
  for (const forge of bothAt(server.url)) {
    for (let times = 0; times < 4; times += 1) {
      expect(await refused(forge.createComment(ISSUE, 'secret'))).toBe('not_found');
      expect(await refused(forge.getIssue(ISSUE))).toBe('not_found');
      expect(await refused(forge.getRepoByPath('acme/api'))).toBe('not_found');
      expect(await refused(forge.self())).toBe('not_found');
    }
  }
  expect(visits).toBe(0);
  await server.close();
  await canary.close();
});

test('a page of a proxy, an answer of another shape, an empty one: unavailable, not a crash', async () => {
  const bodies = ['<html>Welcome</html>', '[]', '{"id":"five"}', '', 'null'];
  let body = '';
  const server = await listen((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  for (const forge of bothAt(server.url)) {
    for (body of bodies) expect(await refused(forge.getRepo(REPO))).toBe('unavailable');
  }
  await server.close();
});

test('an answer cut off in its middle, or that never ends, is unavailable', async () => {
  const server = await listen((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"id":5,');
    if (request.url?.endsWith('/issues/1')) response.destroy();
  });
  for (const forge of bothAt(server.url, 300)) {
    expect(await refused(forge.getIssue(ISSUE))).toBe('unavailable');
    expect((await refusal(forge.getRepo(REPO))).message).toContain('did not answer within 300 ms');
  }
  await server.close();
});

test('nobody listens: unavailable, with the host in words and without the token', async () => {
  const server = await listen(() => {});
  await server.close();
  for (const forge of bothAt(server.url)) {
    const error = await refusal(forge.createComment(ISSUE, 'x'));
    expect(error.code).toBe('unavailable');
    expect(error.message).toContain(new URL(server.url).host);
    expect(JSON.stringify([error, error.cause])).not.toContain(TOKEN);
  }
});

test("GitHub's two limits: the hourly one by its reset, the secondary one by its words", async () => {
  const reset = Math.floor(Date.now() / 1000) + 100;
  const limits = [
    {
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) },
      message: 'API rate limit exceeded',
    },
    { headers: { 'retry-after': '30' }, message: 'You have exceeded a secondary rate limit.' },
    { headers: {}, message: 'You have exceeded a secondary rate limit.' },
  ];
  let limit = limits[0];
  const server = await listen((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/json', ...limit?.headers });
    response.end(JSON.stringify({ message: limit?.message }));
  });
  const forge = createGithubForge(optionsFor('github', server.url));
  const waits: (number | undefined)[] = [];
  for (limit of limits) {
    const error = await refusal(forge.getIssue(ISSUE));
    expect(error.code).toBe('rate_limited');
    waits.push(error.details.retryAfterMs);
  }
  expect(waits[0]).toBeGreaterThan(90_000);
  expect(waits.slice(1)).toEqual([30_000, 60_000]);
  await server.close();
});

test("B6: Gitea's 403 for too many requests is a rate limit, and no forge makes anybody wait longer than an hour", async () => {
  let headers: Record<string, string> = {};
  const server = await listen((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ message: 'You have exceeded a secondary rate limit.' }));
  });
  const farDate = new Date(Date.now() + 347 * 86_400_000).toUTCString();
  for (const forge of bothAt(server.url)) {
    const waits: (number | undefined)[] = [];
    for (const wanted of [undefined, '30', '30000000', farDate]) {
      headers = wanted === undefined ? {} : { 'retry-after': wanted };
      const fault = passingOf(await refusal(forge.getIssue(ISSUE)));
      expect(fault).toMatchObject({ scope: 'forge', because: 'rate_limited' });
      waits.push(fault?.retryAfterMs);
    }
    expect(waits).toEqual([60_000, 30_000, 3_600_000, 3_600_000]);
  }
  await server.close();
});

test("the forge's own message is passed on", async () => {
  const server = await listen((_request, response) => {
    const message = 'token does not have at least one of required scope(s), required=[write:issue]';
    response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
  });
  for (const forge of bothAt(server.url)) {
    const error = await refusal(forge.createComment(ISSUE, 'x'));
    expect(error.code).toBe('forbidden');
    expect(error.message).toContain('required=[write:issue]');
  }
  await server.close();
});

test('C8: a permission without the account it is of: the account is asked for by its login', async () => {
  const server = await listen((request, response) => {
    const isPermission = request.url?.endsWith('/permission') === true;
    const answer = isPermission ? { permission: 'write' } : { id: 7, login: 'ana', type: 'User' };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  for (const forge of bothAt(server.url)) {
    const answer = await forge.getPermission(REPO, 'ana');
    expect(answer).toEqual({ known: true, permission: 'write', accountId: '7' });
  }
  await server.close();
});

function optionsFor(kind: 'gitea' | 'github', url: string, timeoutMs = 5000) {
  return {
    name: 'odd',
    url,
    apiUrl: FORGE_KINDS[kind].apiUrl(url),
    auth: { kind: 'token' as const, token: TOKEN },
    timeoutMs,
    retryDelayMs: 1,
  };
}

function bothAt(url: string, timeoutMs?: number): Forge[] {
  return [
    createGiteaForge(optionsFor('gitea', url, timeoutMs)),
    createGithubForge(optionsFor('github', url, timeoutMs)),
  ];
}

async function listen(answer: RequestListener): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
