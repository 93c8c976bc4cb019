#!/usr/bin/env node
// The program: argv → one command → exit code.
import type { AppOptions, RunningApp } from './doors/cli/command.js';
import { nodeProblem } from './support/node-floor.js';

const problem = nodeProblem(process.versions.node);
if (problem === undefined) {
  process.exitCode = await main();
} else {
  process.stderr.write(`kugetsu: ${problem}\n`);
  process.exitCode = 4;
}

/** Loads the rest only here: an older Node could not even read it. */
async function main(): Promise<number> {
  // Files of a home are for this user alone, also those that libraries make.
  process.umask(0o077);
  process.stdout.on('error', endOnClosedPipe);
  const { runCli } = await import('./doors/cli/cli.js');
  return await runCli(process.argv.slice(2), {
    env: process.env,
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    stopSignal: listenForStop,
    openApp,
  });
}

/** A second signal finds no listener and ends the process at once. */
function listenForStop(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  return controller.signal;
}

async function openApp(options: AppOptions): Promise<RunningApp> {
  const { createApp } = await import('./app.js');
  const { homePaths } = await import('./config/home.js');
  const { systemClock } = await import('./support/clock.js');
  return await createApp({
    ...options,
    paths: homePaths(options.config.first.config.home),
    clock: systemClock,
  });
}

/** `kugetsu --help | head -1` is no failure. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}
