// Registers the contract of `Forge` for one world: the same list for every face, and for a real Gitea.
import { test } from 'vitest';
import { FAULT_CASES } from './cases-faults.js';
import { ISSUE_CASES } from './cases-issues.js';
import { PULL_CASES } from './cases-pulls.js';
import { REPO_CASES } from './cases-repos.js';
import type { Case, World } from './world.js';

/** @param options.faults whether this world can be told to misbehave; a real server cannot */
export function forgeContract(name: string, world: () => World, options: { readonly faults: boolean }): void {
  const cases: Case[] = [
    ...REPO_CASES,
    ...ISSUE_CASES,
    ...PULL_CASES,
    ...(options.faults ? FAULT_CASES : []),
  ];
  for (const one of cases) test(`${name}: ${one.name}`, () => one.run(world()));
}
