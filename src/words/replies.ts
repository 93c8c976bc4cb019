// Every reply to a command, as its reader reads it: the news first, then what to type. Pure; each has a sample in docs/comments.md.
import type { ForgeErrorCode } from '../forges/forge.js';
import { listed } from '../text/amounts.js';
import { codeSpan } from '../text/fence.js';

export const replies = {
  adminOnly: (verb: string) => `\`${verb}\` is for administrators of this repository.`,
  unknownVerb: (word: string, near: string | undefined) =>
    `There is no such command.${near === undefined ? '' : ` Did you mean \`${word} ${near}\`?`} \`${word} help\` lists them.`,
  badArguments: (word: string, problem: string) =>
    `${problem} \`${word} help\` lists the commands with their options.`,
  /** @param fix what people can do about it, where it is known */
  forgeRefused: (verb: string, code: ForgeErrorCode, fix: string | undefined) =>
    `\`${verb}\` was not carried out: ${forgeInWords(code)}.${fix === undefined ? '' : ` To mend it, ${fix}.`}`,
  tooLong: () =>
    'No command was looked for: this comment is too long (16,384 characters at most). Put the command into a comment of its own.',

  startOnClosed: (word: string, kind: 'issue' | 'pull request') =>
    `This ${kind} is closed, so nothing was started. Reopen it and comment \`${word} start\` again.`,
  startContinues: (word: string) =>
    `A session lives here already, so this continues it. \`${word} start --fresh\` begins anew.`,
  noSuchAgent: (agents: readonly string[], near: string | undefined) =>
    `There is no agent of that name here.${near === undefined ? '' : ` Did you mean \`${near}\`?`} ${agents.length === 1 ? 'The only one is' : 'There are'} ${listed(agents.map(codeSpan))}.`,
  noModelName: () => 'The model after `--model` is not a model name (`provider/model`).',
  noBranchName: () => 'The name after `--base` is not a branch name.',

  nothingToContinue: (word: string) =>
    `There is nothing to continue here yet. \`${word} start\` begins; add what to do.`,
  nothingToStop: () => 'Nothing is running or waiting here, so there was nothing to stop.',
  stillUnderWay: (taskId: string) => `${taskId} is still under way, so there is nothing to retry.`,
  nothingFailed: (word: string) =>
    `No task failed here, so there is nothing to retry. \`${word} continue\` goes on, \`${word} start\` begins.`,
  notDelegated: (word: string) =>
    `The PM agent is not built yet. \`${word} start\` on an issue queues a task directly.`,

  noPullNamed: (word: string) =>
    `\`${word} set-pr\` needs the address or the number (\`#12\`) of a pull request of this repository.`,
  noSessionToBind: (word: string) => `There is no session here yet. \`${word} start\` makes one.`,
  boundElsewhere: (pull: number, issue: number) =>
    `#${pull} already belongs to the session of #${issue}, so it was not bound again.`,
  bound: (pull: number, ours: boolean) =>
    ours
      ? `#${pull} is bound to this session, and its branch.`
      : `#${pull} is bound to this session for its state only: kugetsu did not make its branch and pushes nothing there.`,

  nothingToDestroy: () => 'There is no session here, so nothing was removed.',
  notDestroyed: (word: string, reason: string) =>
    `Nothing was removed: ${reason}. \`${word} destroy --force\` rescues what is unpushed and removes it all the same.`,
};

function forgeInWords(code: ForgeErrorCode): string {
  switch (code) {
    case 'not_found':
    case 'gone':
      return "the forge has no such thing, or does not show it to kugetsu's account";
    case 'forbidden':
      return "the forge does not let kugetsu's account do that; whoever runs kugetsu has to give it the permission";
    case 'conflict':
    case 'invalid':
      return 'the forge did not take it';
    // These pass by themselves: the command waits instead of being answered.
    case 'unauthorized':
    case 'archived':
    case 'rate_limited':
    case 'unavailable':
      return 'the forge takes nothing just now';
  }
}
