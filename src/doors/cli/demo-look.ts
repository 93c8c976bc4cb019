// How the demo looks at the forge: over its API, as a person would, waiting with a bound.
import { setTimeout as pause } from 'node:timers/promises';
import { KugetsuError } from '../../support/errors.js';
import type { Stage } from './demo-stage.js';

export interface SeenPull {
  readonly number: number;
  readonly body: string;
  readonly merged: boolean;
  readonly merge_commit_sha: string | null;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string };
}

export type Look = ReturnType<typeof createLook>;

const BOUND_MS = 120_000;
const EVERY_MS = 60;

/** `path` is below the repository. */
export function createLook(stage: Stage) {
  const ask = stage.forge.as(stage.maintainer.token);
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await ask(method, `/api/v1/repos/${stage.repo.path}${path}`, body);
    if (answer.status >= 400)
      throw new KugetsuError('demo', `the practice forge answered ${answer.status} to ${method} ${path}`);
    return answer.body as T;
  }
  return {
    get: <T>(path: string) => call<T>('GET', path),
    post: <T>(path: string, body: unknown) => call<T>('POST', path, body),
    pulls: () => call<SeenPull[]>('GET', '/pulls?state=all'),
    page: (path: string) => `${stage.forge.url}/${stage.repo.path}${path}`,
    async comment(issue: number, kind: string): Promise<{ id: number; body: string } | undefined> {
      const comments = await call<{ id: number; body: string }[]>('GET', `/issues/${issue}/comments`);
      return comments.find((comment) => comment.body.startsWith(`<!-- kugetsu:${kind} `));
    },
    async until<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
      const deadline = Date.now() + BOUND_MS;
      for (;;) {
        const found = await find();
        if (found !== undefined) return found;
        if (stage.signal.aborted) throw new KugetsuError('demo', 'stopped before the end of the story');
        if (Date.now() > deadline)
          throw new KugetsuError('demo', `not seen within ${BOUND_MS / 1000} s: ${what}`);
        await pause(EVERY_MS);
      }
    },
  };
}
