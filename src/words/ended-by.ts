// Who or what ended a task, in words; and who has to hear of it. Pure.
import type { Task } from '../domain/task.js';
import type { Foreign } from '../text/foreign.js';

/** `by` is a login, or what happened: then it has spaces. */
export function stoppedBy(by: string, foreign: Foreign): string {
  return by.includes(' ') ? foreign.line(by, 200) : `by ${foreign.line(by, 100)}`;
}

/** Those who asked and do not know of the end: time or somebody else brought it. `@ana @bob`, or ''. */
export function mentions(tasks: readonly Task[]): string {
  const logins = tasks.flatMap((task) => {
    // The name of a token is no account: at the forge it may be somebody else's.
    if (task.actor.kind === 'operator') return [];
    const ended = task.outcome?.kind === 'cancelled' ? task.outcome.by : undefined;
    return ended === task.actor.login ? [] : [task.actor.login];
  });
  return [...new Set(logins)]
    .filter((login) => /^[\w.-]{1,100}(?:\[bot\])?$/.test(login))
    .slice(0, 10)
    .map((login) => `@${login}`)
    .join(' ');
}
