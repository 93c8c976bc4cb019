// The room's own composition: the table of verbs, who may use them, on top of the work.
import type { Work } from '../work/create.js';
import { createAuthorizer } from './authorize.js';
import { VERBS } from './table.js';
import type { VerbDeps } from './verb.js';

export function createVerbs(work: Work): VerbDeps {
  const { now, config } = work.deps;
  const authorizer = createAuthorizer({ now, needed: () => config().trigger.permission });
  return { ...work.deps, authorizer, work, verbs: VERBS };
}
