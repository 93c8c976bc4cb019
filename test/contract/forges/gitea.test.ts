// The contract of a forge, held against the practice forge's Gitea face.
import { afterAll } from 'vitest';
import { createGiteaForge } from '../../../src/forges/gitea/forge.js';
import { openPracticeWorld } from './practice-world.js';
import { forgeContract } from './suite.js';

const world = await openPracticeWorld({ kind: 'gitea', prefix: '/api/v1', create: createGiteaForge });
afterAll(() => world.close());

forgeContract('gitea', () => world, { faults: true });
