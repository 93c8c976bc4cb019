// The commands of the command line, in the order of the help.
import type { CommandEntry } from './command.js';

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'serve',
    summary: 'run the server: webhooks, scheduler, reports',
    load: () => import('./serve.js'),
  },
  {
    name: 'demo',
    summary: 'play the whole story on this machine, with nothing configured',
    load: () => import('./demo.js'),
  },
  {
    name: 'config',
    summary: 'check the configuration',
    load: () => import('./config.js'),
  },
];
