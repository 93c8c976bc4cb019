// No sandbox: a plain child process. Only for operators who asked for it; every report says so.
import { startChild } from './child.js';
import { runCookie } from './process-table.js';
import { endTree } from './process-tree.js';
import { rootNote } from './root.js';
import type { Sandbox } from './sandbox.js';

/** Agents run as the server's own user. Their processes are found by group, descent and the run's cookie. */
export function createNoneSandbox(): Sandbox {
  return {
    kind: 'none',
    confines: false,
    describe:
      "Sandbox: none. The agent runs as the server's user: it can read and change what that user can, and reach the network." +
      rootNote,
    probe: () => Promise.resolve({ ok: true }),
    spawn: (spec) => {
      const env = { ...spec.env, [runCookie]: spec.runId };
      return startChild({ ...spec, env }, (tree, graceMs) => endTree(tree, { graceMs }));
    },
    sweep: (runId, root) => endTree({ root, runId }, { graceMs: 0 }),
  };
}
