// The room's own composition: the table of verbs, on top of the work.
import type { Work } from '../work/create.js';
import { VERBS } from './table.js';
import type { VerbDeps } from './verb.js';

export function createVerbs(work: Work): VerbDeps {
  return { ...work.deps, standings: new Map(), asking: new Map(), work, verbs: VERBS };
}
