// The environment of everything that runs in a task's sandbox: the fixed small set of the agents room, with our search path.
import { dirname } from 'node:path';
import { agentEnvironment } from '../agents/environment.js';
import type { Identity } from '../git/git.js';

export function environmentOf(of: {
  home: string;
  tmpDir: string;
  facts: Readonly<Record<string, string>>;
  identity: Identity;
}): Record<string, string> {
  const node = dirname(process.execPath);
  const path = [...new Set([node, '/usr/local/bin', '/usr/bin', '/bin'])].join(':');
  return agentEnvironment({ ...of, path, variables: {} });
}
