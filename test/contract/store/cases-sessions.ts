// The contract of `Sessions`: one that lives per issue, found by branch and pull request, with its repository's present path.
import { expect } from 'vitest';
import type { Store } from '../../../src/store/store.js';
import { API, changed, key, newSession, refusal, subject, WEB } from './given.js';
import type { Case, OpenedStore } from './world.js';

export const SESSION_CASES: readonly Case[] = [
  { name: 'a session comes back as it was added, also after a restart', run: comesBack },
  { name: 'at most one session of an issue lives', run: oneLiving },
  { name: 'latest is the newest, reaped ones too', run: latest },
  { name: 'a move changes what it names and clears what it names as undefined', run: moves },
  { name: 'moves at the same time are all kept', run: movesTogether },
  { name: 'a session is found by branch and by pull request, a living one first', run: found },
  { name: 'toReap gives those with a request, all gives every one', run: toReap },
];

async function comesBack(store: Store, world: OpenedStore): Promise<void> {
  const bare = newSession(1);
  const full = newSession(2, {
    state: 'waiting',
    model: 'a/b',
    agentSessionId: 'ses_1',
    branch: 'kugetsu/2',
    mayPush: false,
    baseBranch: 'main',
    baseSha: 'aaa',
    headSha: 'bbb',
    pushedSha: 'ccc',
    pushingSha: 'ddd',
    worktree: { name: 'w-2', worker: 'here' },
    pull: { number: 3, url: 'https://x.example/3', state: 'open' },
    turns: 4,
    summary: 'so far',
    usedAt: 200,
    reap: { reason: 'destroy', by: 'ann' },
  });
  await store.records.sessions.add(bare);
  await store.records.sessions.add(full);
  const again = await world.reopen();
  expect(await again.records.sessions.get(bare.id)).toStrictEqual(bare);
  expect(await again.records.sessions.get(full.id)).toStrictEqual(full);
  expect(await again.records.sessions.get('s-none')).toBeUndefined();
}

async function oneLiving(store: Store): Promise<void> {
  await store.records.sessions.add(newSession(1));
  const second = newSession(1, { id: 's-1b' });
  expect(await refusal(store.records.sessions.add(second))).toBe('conflict');
  await changed(store, 's-1', { state: 'closed' });
  expect(await refusal(store.records.sessions.add(second))).toBe('conflict');
  await changed(store, 's-1', { state: 'reaped' });
  expect(await store.records.sessions.living(key(1))).toBeUndefined();
  await store.records.sessions.add(second);
  expect((await store.records.sessions.living(key(1)))?.id).toBe('s-1b');
  expect(await refusal(changed(store, 's-1', { state: 'idle' }))).toBe('conflict');
}

async function latest(store: Store): Promise<void> {
  expect(await store.records.sessions.latest(key(1))).toBeUndefined();
  await store.records.sessions.add(newSession(1, { state: 'reaped' }));
  await store.records.sessions.add(newSession(1, { id: 's-1b', state: 'reaped' }));
  await store.records.sessions.add(newSession(2));
  expect((await store.records.sessions.latest(key(1)))?.id).toBe('s-1b');
}

async function moves(store: Store): Promise<void> {
  const before = newSession(1, { branch: 'b', worktree: { name: 'w', worker: 'here' }, summary: 'so far' });
  await store.records.sessions.add(before);
  await changed(store, 's-1', { state: 'running', worktree: undefined, headSha: 'abc' });
  const after = { ...before, state: 'running', worktree: undefined, headSha: 'abc' };
  expect(await store.records.sessions.get('s-1')).toStrictEqual(after);
  await changed(store, 's-1', { subject: subject(1, WEB) });
  expect((await store.records.sessions.get('s-1'))?.subject).toEqual(subject(1, WEB));
  expect(await refusal(changed(store, 's-none', { state: 'idle' }))).toBe('failed');
}

async function movesTogether(store: Store): Promise<void> {
  await store.records.sessions.add(newSession(1));
  await Promise.all([
    changed(store, 's-1', { agentSessionId: 'ses_1' }),
    changed(store, 's-1', { branch: 'kugetsu/1' }),
    changed(store, 's-1', { turns: 3 }),
    changed(store, 's-1', { usedAt: 900 }),
  ]);
  const expected = { agentSessionId: 'ses_1', branch: 'kugetsu/1', turns: 3, usedAt: 900 };
  expect(await store.records.sessions.get('s-1')).toMatchObject(expected);
}

async function found(store: Store): Promise<void> {
  const pull = { number: 30, url: 'https://x.example/30', state: 'closed' } as const;
  await store.records.sessions.add(newSession(1, { id: 'old', state: 'reaped', branch: 'b', pull }));
  await store.records.sessions.add(
    newSession(1, { id: 'living', branch: 'b', pull: { ...pull, state: 'open' } }),
  );
  await store.records.sessions.add(newSession(2, { id: 'young', state: 'reaped', branch: 'b', pull }));
  await store.records.sessions.add(newSession(3, { id: 'gone-1', state: 'reaped', branch: 'c' }));
  await store.records.sessions.add(newSession(3, { id: 'gone-2', state: 'reaped', branch: 'c' }));
  expect((await store.records.sessions.byBranch(API, 'b'))?.id).toBe('living');
  expect((await store.records.sessions.byBranch(API, 'c'))?.id).toBe('gone-2');
  expect((await store.records.sessions.byPull({ ...API, path: 'acme/elsewhere' }, 30))?.id).toBe('living');
  expect(await store.records.sessions.byBranch(WEB, 'b')).toBeUndefined();
  expect(await store.records.sessions.byPull({ ...API, forge: 'home' }, 30)).toBeUndefined();
  await changed(store, 'living', { pull: undefined, branch: undefined });
  expect((await store.records.sessions.byPull(API, 30))?.id).toBe('young');
}

async function toReap(store: Store): Promise<void> {
  for (const number of [1, 2, 3]) await store.records.sessions.add(newSession(number));
  await changed(store, 's-2', { reap: { reason: 'merged', by: 'ann' } });
  expect((await store.records.sessions.toReap()).map((one) => one.id)).toEqual(['s-2']);
  await changed(store, 's-2', { reap: undefined });
  expect(await store.records.sessions.toReap()).toEqual([]);
}
