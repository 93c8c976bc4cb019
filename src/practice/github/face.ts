// The GitHub face: not built yet, answers 404 to everything.
import { Hono } from 'hono';
import type { Core } from '../core.js';
import type { Face, PracticeEnv } from '../face.js';

export function createGithubFace(_core: Core): Face {
  return {
    name: 'github',
    prefix: '/api/v3',
    routes: new Hono<PracticeEnv>(),
    deliveryTimeoutMs: 10_000,
    render: () => [],
  };
}
