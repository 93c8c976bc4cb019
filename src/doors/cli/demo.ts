// `kugetsu demo`: the whole story on this machine with nothing configured, seen to happen at a practice forge.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { KugetsuError } from '../../support/errors.js';
import { silentLog } from '../../support/log.js';
import type { CliDeps, CommandEntry } from './command.js';

interface DemoOptions {
  readonly agent: string;
  readonly model?: string;
  readonly modelUrl?: string;
  readonly message?: string;
  readonly keep?: boolean;
  readonly port: number;
}

export function register(program: Command, { name, summary }: CommandEntry, deps: CliDeps): void {
  program
    .command(name)
    .description(summary)
    .option(
      '--agent <name>',
      'the agent that does the work: scripted, or opencode where it is installed',
      'scripted',
    )
    .option('--model <provider/model>', 'with --agent opencode: the model it uses')
    .option('--model-url <address>', "with --model: a model server of your own with OpenAI's API")
    .option('--message <text>', 'what the agent is asked to do')
    .option('--keep', 'leave forge and server running at the end until Ctrl-C')
    .option('--port <number>', 'the port of the practice forge (0 = any free one)', (text) => Number(text), 0)
    .action((options: DemoOptions) => demo(options, deps));
}

async function demo(options: DemoOptions, deps: CliDeps): Promise<void> {
  if (!Number.isInteger(options.port) || options.port < 0 || options.port > 65_535) {
    throw new KugetsuError('demo_port', '--port must be a number from 0 to 65535', { exitCode: 2 });
  }
  const { chooseAgent } = await import('./demo-agent.js');
  const agent = await chooseAgent(options, deps.env);
  const folder = await mkdtemp(join(tmpdir(), 'kugetsu-demo-'));
  const { openStage } = await import('./demo-stage.js');
  const stage = await openStage({ folder, port: options.port, agent, deps });
  try {
    const { playStory } = await import('./demo-story.js');
    const seen = await playStory(stage, options.message ?? ORDER, deps.stdout);
    if (options.keep === true) await keepOpen(stage.signal, seen.pages, deps);
  } finally {
    await stage.close();
    const { createTreeRemover } = await import('../../git/remove-tree.js');
    await createTreeRemover({ root: dirname(folder), trash: 'name', log: silentLog })(folder);
  }
}

const ORDER = 'please write down an answer to this issue, in a small commit';

/** Only now are the pages there to be looked at: without --keep they end with the demo. */
async function keepOpen(signal: AbortSignal, pages: readonly string[], deps: CliDeps): Promise<void> {
  deps.stdout(`Pages: ${pages.join('  ')}\nForge and server go on running; Ctrl-C ends them.\n`);
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
