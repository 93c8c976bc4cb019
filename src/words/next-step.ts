// The last line of a final comment: what to type next, in words that can be pasted, and only what can help. Pure.
import type { Session } from '../domain/session.js';
import type { FailureCause, TaskOutcome } from '../domain/task.js';

export function nextStep(outcome: TaskOutcome, session: Session, word: string): string {
  const { reap, state } = session;
  const isGone = reap === undefined ? state === 'reaped' : reap.reason !== 'closed';
  if (isGone) return `\`${word} start\` begins anew; add what to do.`;
  switch (outcome.kind) {
    case 'done':
      return outcome.result !== 'pull_request' || session.pull?.state !== 'open'
        ? `\`${word} continue\` goes on; add what to do.`
        : `Review it; to have it changed, comment \`${word} continue\` and what to change, on this issue or on the pull request.`;
    case 'needs_input':
      return `Answer with \`${word} continue\` and your answer.`;
    case 'failed':
      return afterFailure(outcome.cause, session, word);
    case 'cancelled':
    case 'folded':
      return `\`${word} continue\` goes on, \`${word} destroy\` removes everything.`;
  }
}

function afterFailure(cause: FailureCause, { turns }: Session, word: string): string {
  const operator = 'Whoever runs kugetsu has to mend that';
  switch (cause) {
    case 'agent':
    case 'server':
    case 'forge':
      return `\`${word} retry\` tries again, \`${word} continue\` with a hint goes on from here.`;
    case 'timeout':
      return `\`${word} continue\` goes on where it stopped.`;
    case 'quota':
      return `\`${word} retry\` tries again after that.`;
    case 'asked':
      // Work that is there already is continued unless it is said otherwise.
      return `\`${word} start ${turns > 0 ? '--fresh ' : ''}--base BRANCH\`, with a branch that there is, begins again.`;
    case 'auth':
    case 'config':
    case 'sandbox':
      return `${operator}; then \`${word} retry\` tries again.`;
    case 'worktree':
      return `When that is mended, \`${word} retry\` tries again.`;
    case 'handover':
      return `Comment \`${word} continue\` and what to change in the commits.`;
    case 'push':
      return `When that is mended, \`${word} continue\` goes on and pushes again.`;
  }
}
