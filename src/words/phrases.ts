// Small pieces of wording that reports, final comments and pull requests share. Pure.
import type { FailureCause } from '../domain/task.js';

/** Lines inside a closed `<details>`; `summary` is our own text. */
export function details(summary: string, lines: readonly string[]): string {
  return [`<details><summary>${summary}</summary>`, '', ...lines, '', '</details>'].join('\n');
}

/** After "Failed": whose fault it was, in a few words. */
export function causeInWords(cause: FailureCause): string {
  switch (cause) {
    case 'agent':
      return 'the agent did not finish';
    case 'server':
      return 'the server failed, not the agent';
    case 'timeout':
      return 'timeout';
    case 'quota':
      return 'the quota of the model is used up';
    case 'auth':
      return "the model's provider refused the agent's key";
    case 'asked':
      return 'what was asked for does not exist';
    case 'config':
      return 'kugetsu has to be configured first';
    case 'handover':
      return 'the commits could not be taken over';
    case 'push':
      return 'the result could not be brought to the forge';
    case 'forge':
      return 'the forge refused';
    case 'worktree':
      return 'the worktree could not be made';
    case 'sandbox':
      return 'the sandbox does not work here';
  }
}
