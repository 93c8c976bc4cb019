// From the words of a command line to one command and an exit code; every failure is one message that says what to do.
import { Command, CommanderError } from 'commander';
import { KugetsuError, describeError } from '../../support/errors.js';
import type { CliDeps, CommandEntry } from './command.js';
import { COMMANDS } from './commands.js';
import { readVersion } from '../../support/version.js';

/**
 * Never rejects. Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 refused by policy, 5 not initialised.
 * @param argv the words after the program's name
 */
export async function runCli(
  argv: readonly string[],
  deps: CliDeps,
  commands: readonly CommandEntry[] = COMMANDS,
): Promise<number> {
  try {
    const program = await buildProgram(argv, deps, commands);
    if (argv.length === 0) {
      deps.stderr(program.helpInformation());
      return 2;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    return tellFailure(error, deps);
  }
}

/** Only the module of the command that is asked for is loaded; the others are there for the help. */
async function buildProgram(
  argv: readonly string[],
  deps: CliDeps,
  commands: readonly CommandEntry[],
): Promise<Command> {
  const program = new Command('kugetsu')
    .description('Turns a comment on a forge into a pull request.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', `\n${AFTER_HELP}`)
    .configureOutput({ writeOut: deps.stdout, writeErr: deps.stderr })
    .exitOverride();
  const words = argv.filter((word) => !word.startsWith('-'));
  const asked = words[0] === 'help' ? words[1] : words[0];
  for (const entry of commands) {
    if (entry.name === asked) (await entry.load()).register(program, entry, deps);
    else program.command(entry.name).description(entry.summary);
  }
  return program;
}

const AFTER_HELP = [
  'Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 refused, 5 not initialised.',
  'The home is KUGETSU_HOME, else ~/.kugetsu. Settings are in docs/config.md, verbs for comments in docs/commands.md.',
].join('\n');

function tellFailure(error: unknown, deps: CliDeps): number {
  if (error instanceof CommanderError) return tellUsage(error, deps);
  const message = error instanceof KugetsuError ? messageOf(error) : describeError(error);
  deps.stderr(`kugetsu: ${message}\n`);
  if (deps.env['KUGETSU_DEBUG'] && error instanceof Error) deps.stderr(`${error.stack ?? ''}\n`);
  return error instanceof KugetsuError ? error.exitCode : 1;
}

/** Commander has told the mistake already, with "did you mean"; help and version come this way too. */
function tellUsage(error: CommanderError, deps: CliDeps): number {
  if (error.exitCode === 0) return 0;
  // Asked for a group without saying which of its commands: it has printed the help.
  if (error.code !== 'commander.help')
    deps.stderr('`kugetsu --help` lists the commands and their options.\n');
  return 2;
}

/** Our own messages may have several lines (a list of mistakes); the cause is added in one. */
function messageOf(error: KugetsuError): string {
  return error.cause === undefined ? error.message : `${error.message}: ${describeError(error.cause)}`;
}
