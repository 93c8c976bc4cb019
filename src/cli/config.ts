// `kugetsu config check`: says whether the server would start with this configuration.
import type { Command } from 'commander';
import type { CliDeps, CommandEntry } from './command.js';

export function register(program: Command, { name, summary }: CommandEntry, deps: CliDeps): void {
  const group = program.command(name).description(summary);
  group
    .command('check [file]')
    .description('list every mistake in config.yaml (or FILE) with its line; exit code 2 when there is one')
    .action((file: string | undefined) => check(file, deps));
}

async function check(file: string | undefined, deps: CliDeps): Promise<void> {
  const { findProgram } = await import('../agents/find-program.js');
  const { readConfig } = await import('./read-config.js');
  const { createMasker } = await import('../support/mask.js');
  const { config, notes } = readConfig(deps.env, createMasker(), {
    file,
    machine: { findProgram: (program) => findProgram(program, deps.env['PATH'] ?? '') },
  });
  for (const note of notes) deps.stderr(`note: ${note}\n`);
  const forges = count(config.forges.length, 'forge', 'forges');
  const rules = count(config.repos.length, 'repository rule', 'repository rules');
  deps.stdout(`config.yaml: ok, ${forges}, ${rules}\n`);
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
