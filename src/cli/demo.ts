// `kugetsu demo`: the whole story on this machine with nothing configured, seen to happen at a practice forge.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { KugetsuError } from '../support/errors.js';
import type { CliDeps, CommandEntry } from './command.js';

interface DemoOptions {
  readonly agent: string;
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
    .option('--keep', 'leave forge and server running at the end until Ctrl-C')
    .option('--port <number>', 'the port of the practice forge (0 = any free one)', (text) => Number(text), 0)
    .action((options: DemoOptions) => demo(options, deps));
}

async function demo(options: DemoOptions, deps: CliDeps): Promise<void> {
  if (options.agent !== 'scripted' && options.agent !== 'opencode') {
    throw new KugetsuError('demo_agent', `--agent ${options.agent}: the demo knows scripted and opencode`, {
      exitCode: 2,
    });
  }
  if (!Number.isInteger(options.port) || options.port < 0 || options.port > 65_535) {
    throw new KugetsuError('demo_port', '--port must be a number from 0 to 65535', { exitCode: 2 });
  }
  const folder = await mkdtemp(join(tmpdir(), 'kugetsu-demo-'));
  const { openStage } = await import('./demo-stage.js');
  const stage = await openStage({ folder, port: options.port, agent: options.agent, deps });
  try {
    const { playStory } = await import('./demo-story.js');
    await playStory(stage, deps.stdout);
    if (options.keep === true) await keepOpen(stage.signal, deps);
  } finally {
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function keepOpen(signal: AbortSignal, deps: CliDeps): Promise<void> {
  deps.stdout('Forge and server go on running; Ctrl-C ends them.\n');
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
