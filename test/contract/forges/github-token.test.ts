// The contract of a forge, held against the practice forge's GitHub face, with the token of an account.
import { afterAll } from 'vitest';
import { createGithubForge } from '../../../src/forges/github/forge.js';
import { openPracticeWorld } from './practice-world.js';
import { forgeContract } from './suite.js';

const world = await openPracticeWorld({ kind: 'github', prefix: '/api/v3', create: createGithubForge });
afterAll(() => world.close());

forgeContract('github with a token', () => world, { faults: true });
