// What a command of the command line is given, and how it is listed.
import type { Command } from 'commander';
import type { Config } from '../config/config.js';
import type { Environment } from '../config/home.js';
import type { Log } from '../support/log.js';
import type { Masker } from '../support/mask.js';

/** The outside of a command. Nothing in `src/cli` touches `process`, so that commands are tested without one. */
export interface CliDeps {
  readonly env: Environment;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Aborted when somebody asks this process to end (SIGTERM, SIGINT). The first call begins to listen. */
  readonly stopSignal: () => AbortSignal;
  /** The server of the composition root, which this layer may not import. Resolves after a graceful stop. */
  readonly runServer: (options: ServerOptions) => Promise<void>;
  /** Asks each forge of the config what our account may do; the adapters belong to the composition root too. */
  readonly lookOnline: (config: Config, masker: Masker) => Promise<readonly OnlineLook[]>;
}

export interface OnlineLook {
  /** `work:acme/api`, or a forge that could not be asked. */
  readonly what: string;
  readonly ok: boolean;
  readonly said: string;
}

export interface ServerOptions {
  readonly config: Config;
  readonly log: Log;
  /** Knows the secrets of `config`; further ones (short-lived tokens) are added to it. */
  readonly masker: Masker;
  readonly signal: AbortSignal;
  /** Told the address of the webhook listener once it answers. */
  readonly onListening?: (url: string) => void;
}

/** A line of the table of commands. The module is loaded when the command is asked for. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

/** One file per command. What goes wrong is thrown as KugetsuError, with its exit code. */
export interface CommandModule {
  /** Adds the command, with its options, to the program. */
  readonly register: (program: Command, entry: CommandEntry, deps: CliDeps) => void;
}
