// Why something was not done, as its reader reads it: the news first, then what to type. Pure; each has a sample in docs/comments.md.
import type { Refusal } from '../domain/result.js';
import { listed } from '../text/amounts.js';
import type { Medium } from './medium.js';

type Code = Refusal['code'];
type Of<C extends Code> = Extract<Refusal, { code: C }>;

export function refusalInWords<C extends Code>(refusal: Of<C>, medium: Medium): string {
  return WORDS[refusal.code](refusal, medium);
}

const WORDS: { readonly [C in Code]: (refusal: Of<C>, medium: Medium) => string } = {
  not_allowed: ({ verb }, { code }) => `${code(verb)} is for administrators of this repository.`,
  unknown_verb: ({ near }, { command }) =>
    `There is no such command.${didYouMean(near && command(near))} ${command('help')} lists them.`,
  bad_arguments: ({ problem }, { command }) =>
    `${problem} ${command('help')} lists the commands with their options.`,
  too_long: () =>
    'No command was looked for: this comment is too long (16,384 characters at most). Put the command into a comment of its own.',
  not_built: ({ verb }, medium) => notBuilt(verb, medium),
  no_such_subject: ({ subject }, { code }) =>
    `There is no ${code(subject)}, or the forge does not show it to kugetsu's account. Check the name and the number.`,
  not_listed: ({ subject }, { code }) =>
    `${code(subject)} is not in ${code('repos')} of the config, and nothing outside that list runs. Whoever runs kugetsu can add it.`,
  closed: ({ what }, { command }) =>
    `This ${what} is closed, so nothing was started. When it is open again, ${command('start')} works.`,
  no_such_agent: ({ agents, near }, { code }) =>
    `There is no agent of that name here.${didYouMean(near && code(near))} ${agents.length === 1 ? 'The only one is' : 'There are'} ${listed(agents.map(code))}.`,
  no_model_name: (_, { code }) =>
    `The model after ${code('--model')} is not a model name (${code('provider/model')}).`,
  no_branch_name: (_, { code }) => `The name after ${code('--base')} is not a branch name.`,
  no_session: (_, { command }) =>
    `There is nothing to continue here yet. ${command('start')} begins; add what to do.`,
  no_session_to_bind: (_, { command }) => `There is no session here yet. ${command('start')} makes one.`,
  no_question: (_, { command }) =>
    `No agent asked a question here, so there is nothing to answer. ${command('continue')} goes on with what you say.`,
  still_under_way: ({ task }) => `${task} is still under way, so there is nothing to retry.`,
  nothing_failed: (_, { command }) =>
    `No task failed here, so there is nothing to retry. ${command('continue')} goes on, ${command('start')} begins.`,
  no_pull_named: (_, { command, code }) =>
    `${command('set-pr')} needs the address or the number (${code('#12')}) of a pull request of this repository.`,
  bound_elsewhere: ({ pull, subject }, medium) =>
    `${medium.number(pull)} already belongs to the session of ${medium.subject(subject)}, so it was not bound again.`,
  tasks_live: ({ tasks }, medium) =>
    notRemoved(
      `${listed(tasks)} ${tasks.length === 1 ? 'is' : 'are'} not finished (${medium.command('stop')} ends ${tasks.length === 1 ? 'it' : 'them'})`,
      medium,
    ),
  pull_open: ({ pull }, medium) => notRemoved(`its pull request ${medium.number(pull)} is open`, medium),
  unpushed: ({ commit }, medium) =>
    notRemoved(`there is unpushed work (${medium.code(commit.slice(0, 10))})`, medium),
  stuck: (_, medium) =>
    notRemoved('the work in its worktree cannot be taken over, so it is not known what is unpushed', medium),
  forge_refused: ({ verb, because, fix }, { code }) =>
    `${code(verb)} was not carried out: ${forgeInWords(because)}.${fix === undefined ? '' : ` To mend it, ${fix}.`}`,
};

function didYouMean(near: string | undefined): string {
  return near === undefined || near === '' ? '' : ` Did you mean ${near}?`;
}

function notBuilt(verb: string, { code, command }: Medium): string {
  if (verb === 'delegate')
    return `The PM agent is not built yet. ${command('start')} on an issue queues a task directly.`;
  return `${code(verb)} is not built yet. ${command('help')} lists what there is.`;
}

function notRemoved(reason: string, { command }: Medium): string {
  return `Nothing was removed: ${reason}. ${command('destroy', '--force')} rescues what is unpushed and removes it all the same.`;
}

function forgeInWords(because: Extract<Refusal, { code: 'forge_refused' }>['because']): string {
  switch (because) {
    case 'not_found':
      return "the forge has no such thing, or does not show it to kugetsu's account";
    case 'forbidden':
      return "the forge does not let kugetsu's account do that; whoever runs kugetsu has to give it the permission";
    case 'invalid':
      return 'the forge did not take it';
  }
}
