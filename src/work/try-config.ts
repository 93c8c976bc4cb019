// Whether a config that was edited could be worked with: what only the adapters can tell, asked before it counts.
import { createAgents } from '../agents/create.js';
import type { Config } from '../config/config.js';
import type { HomePaths } from '../config/home.js';
import { refuseShown } from '../sandbox/create.js';
import { placesOf } from '../sandbox/places.js';

/** @throws KugetsuError with what is wrong and what to do */
export function tryConfig(wanted: Config, paths: HomePaths): void {
  refuseShown({ ...wanted.sandbox, ...placesOf(wanted, paths) });
  createAgents(() => wanted);
}
