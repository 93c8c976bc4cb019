// What a command of the command line is given, and how it is listed.
import type { Command } from 'commander';
import type { Environment } from '../../config/home.js';
import type { ConfigSource } from '../../config/live.js';
import type { Log } from '../../support/log.js';
import type { Masker } from '../../support/mask.js';

/** The outside of a command. Nothing beside it touches `process`, so that commands are tested without one. */
export interface CliDeps {
  readonly env: Environment;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Aborted when somebody asks this process to end (SIGTERM, SIGINT). The first call begins to listen. */
  readonly stopSignal: () => AbortSignal;
  /** The composition, which no door may import: opens a server that does nothing before `start`. */
  readonly openApp: (options: AppOptions) => Promise<RunningApp>;
}

export interface AppOptions {
  readonly config: ConfigSource;
  readonly log: Log;
  /** Knows the secrets of `config`; further ones (short-lived tokens) are added to it. */
  readonly masker: Masker;
}

export interface RunningApp {
  /** Address of the webhook listener. */
  readonly url: string;
  /** Of the API, and the path of its socket. */
  readonly adminUrl: string;
  readonly socket: string;
  start(): void;
  stop(): Promise<void>;
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
