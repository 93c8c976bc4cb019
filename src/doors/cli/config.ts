// `kugetsu config check`: says whether the server would start with this configuration.
import type { Command } from 'commander';
import type { Config } from '../../config/config.js';
import { KugetsuError } from '../../support/errors.js';
import type { Masker } from '../../support/mask.js';
import type { CliDeps, CommandEntry } from './command.js';

export function register(program: Command, { name, summary }: CommandEntry, deps: CliDeps): void {
  const group = program.command(name).description(summary);
  group
    .command('check [file]')
    .description('list every mistake in config.yaml (or FILE) with its line; exit code 2 when there is one')
    .option(
      '--online',
      'also ask each forge what the token may do in the listed repositories; exit code 1 when something is missing',
    )
    .action((file: string | undefined, options: { online?: boolean }) => check(file, options, deps));
}

async function check(
  file: string | undefined,
  { online = false }: { readonly online?: boolean },
  deps: CliDeps,
): Promise<void> {
  const { findProgram } = await import('../../agents/find-program.js');
  const { readConfig } = await import('./read-config.js');
  const { createMasker } = await import('../../support/mask.js');
  const masker = createMasker();
  const { config, notes } = readConfig(deps.env, masker, {
    file,
    machine: { findProgram: (program) => findProgram(program, deps.env['PATH'] ?? '') },
  });
  for (const note of notes) deps.stderr(`note: ${note}\n`);
  const forges = count(config.forges.length, 'forge', 'forges');
  const rules = count(config.repos.length, 'repository rule', 'repository rules');
  deps.stdout(`config.yaml: ok, ${forges}, ${rules}\n`);
  if (online) await checkOnline(config, masker, deps);
}

async function checkOnline(config: Config, masker: Masker, deps: CliDeps): Promise<void> {
  const { lookOnline } = await import('./look-online.js');
  const looks = await lookOnline(config, masker);
  const width = Math.max(...looks.map(({ what }) => what.length));
  for (const { what, said } of looks) deps.stdout(`${what.padEnd(width)}  ${masker.mask(said)}\n`);
  const bad = looks.filter(({ ok }) => !ok).length;
  if (bad === 0) return;
  const message = `${count(bad, 'line', 'lines')} above ${bad === 1 ? 'names' : 'name'} what to mend`;
  throw new KugetsuError('rights_missing', message, { exitCode: 1 });
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
