// The story of the demo, step by step: each is asked of the forge or the disk, never of kugetsu's own state.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { KugetsuError } from '../../support/errors.js';
import { createLook, type Look } from './demo-look.js';
import type { Stage } from './demo-stage.js';
import { createTimeline, type Timeline } from './demo-timeline.js';

/** Throws at the first step that does not happen in time. Returns the addresses worth looking at. */
export async function playStory(
  stage: Stage,
  message: string,
  print: (text: string) => void,
): Promise<{ pages: string[] }> {
  const line = createTimeline(print);
  const look = createLook(stage);
  print(`kugetsu demo: agent ${stage.agent.words}, sandbox ${stage.sandbox.kind}\n`);
  if (stage.sandbox.kind === 'none') {
    print(`!! THE AGENT RUNS WITHOUT A SANDBOX: ${stage.sandbox.why}\n`);
  }
  if (stage.sandbox.asRoot) {
    print(
      '!! THE AGENT IS STARTED BY ROOT: the demo allows it; `serve` does not without `sandbox: { allowRoot: true }`\n',
    );
  }
  const issue = await openIssue(stage, look, line, message);
  const task = await watchTask(look, line, issue);
  const pull = await watchPull(look, line, issue);
  await mergeAndWatch(stage, look, line, { issue, pull });
  print(
    `Seen at the forge, all of it: ${task} ended in pull request #${pull}, merged, and nothing is left behind.\n`,
  );
  return { pages: ['', `/issues/${issue}`, `/pulls/${pull}`].map((path) => look.page(path)) };
}

async function openIssue(stage: Stage, look: Look, line: Timeline, message: string): Promise<number> {
  const issue = await look.post<{ number: number }>('/issues', {
    title: 'Say hello in more languages',
    body: 'Only English so far.',
  });
  line('issue opened', `#${issue.number}`, 'Say hello in more languages');
  const comment = await look.post<{ id: number }>(`/issues/${issue.number}/comments`, {
    body: `/kugetsu start ${message}`,
  });
  line('comment', `comment ${comment.id}`, '/kugetsu start …');
  const delivery = await look.until('the delivery of the comment is answered', async () => {
    const { deliveries } = await stage.forge.control.log();
    return deliveries.find((one) => one.event === 'issue_comment' && one.status !== undefined);
  });
  if (delivery.status !== 202)
    throw new KugetsuError('demo', `the delivery was answered with ${delivery.status ?? 'nothing'}, not 202`);
  line('delivery stored', `delivery ${delivery.id}`, `answered ${delivery.status}`);
  await look.until('kugetsu looks at the comment', async () => {
    const reactions = await look.get<{ content: string }[] | undefined>(
      `/issues/comments/${comment.id}/reactions`,
    );
    return reactions?.some((reaction) => reaction.content === 'eyes') ? true : undefined;
  });
  line('accepted', `comment ${comment.id}`, '👀');
  return issue.number;
}

async function watchTask(look: Look, line: Timeline, issue: number): Promise<string> {
  const report = await look.until('the report', () => look.comment(issue, 'report'));
  const task = /task=(\S+)/.exec(report.body)?.[1] ?? '';
  line('task queued', `task ${task}`, `report: comment ${report.id}`);
  let shown = '';
  await look.until('the report comes to its end', async () => {
    const now = await look.comment(issue, 'report');
    const first = now?.body.split('\n')[1] ?? '';
    if (first !== shown) line('report', `comment ${report.id}`, first.replaceAll('**', ''));
    shown = first;
    if (/\*\*(Failed|Stopped)\*\*/.test(first))
      throw new KugetsuError('demo', `the task did not succeed. ${await reasonOf(look, issue, first)}`);
    return /\*\*Done\*\*/.test(first) ? true : undefined;
  });
  return task;
}

/** The first lines of the final comment as a person reads them: no marks, no folded parts. */
async function reasonOf(look: Look, issue: number, fallback: string): Promise<string> {
  const final = await look.until('the final comment', () => look.comment(issue, 'final'));
  const text = final.body.replaceAll(/<!--[\s\S]*?-->/g, '').split('<details>')[0] ?? '';
  const lines = text.split('\n').map((row) => row.replace(/^> ?/, '').replaceAll(/[*`]|^@\S+ /g, ''));
  return lines.filter((row) => row.trim() !== '').join(' ') || fallback;
}

async function watchPull(look: Look, line: Timeline, issue: number): Promise<number> {
  const pull = await look.until('the pull request', async () =>
    (await look.pulls()).find((one) => one.body.includes(`Closes #${issue}`)),
  );
  line("agent's commit", `sha ${pull.head.sha.slice(0, 12)}`, `pushed to ${pull.head.ref}`);
  line('pull request', `#${pull.number}`, `Closes #${issue}`);
  const final = await look.until('the final comment', () => look.comment(issue, 'final'));
  line('final comment', `comment ${final.id}`, '@maintainer is told');
  return pull.number;
}

async function mergeAndWatch(
  stage: Stage,
  look: Look,
  line: Timeline,
  on: { issue: number; pull: number },
): Promise<void> {
  await look.post(`/pulls/${on.pull}/merge`, { Do: 'merge', delete_branch_after_merge: true });
  const merged = await look.until('the merge', async () => {
    const pull = (await look.pulls()).find((one) => one.number === on.pull);
    return pull?.merged === true ? pull : undefined;
  });
  line('merged', `sha ${(merged.merge_commit_sha ?? '').slice(0, 12)}`, `into ${merged.base.ref}`);
  await look.until('the issue is closed', async () =>
    (await look.get<{ state: string }>(`/issues/${on.issue}`)).state === 'closed' ? true : undefined,
  );
  line('issue closed', `#${on.issue}`, 'by the merge');
  await look.until('the worktree and the private home of the agent are gone', () =>
    Promise.resolve(isClean(stage.home) ? true : undefined),
  );
  line('reaped', `#${on.issue}`, 'worktree, local branch and agent session are gone');
}

/** No worktree and no agent home is left on the disk. */
function isClean(home: string): boolean {
  const rows = (folder: string) =>
    existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : [];
  const worktrees = rows(join(home, 'worktrees')).flatMap((forge) =>
    rows(join(home, 'worktrees', forge)).flatMap((repo) => rows(join(home, 'worktrees', forge, repo))),
  );
  return worktrees.length === 0 && rows(join(home, 'agents')).length === 0;
}
