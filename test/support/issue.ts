// An issue or pull request as people see it: words for stories, each an API call of the forge.
import { must, type World } from './world.js';

export interface SeenComment {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly login: string };
}

export interface SeenPull {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: string;
  readonly merged: boolean;
  readonly draft?: boolean;
  readonly head: { readonly ref: string; readonly sha: string; readonly label: string };
  readonly base: { readonly ref: string };
  readonly merge_commit_sha: string | null;
}

export type Person = ReturnType<typeof person>;
export type IssueHandle = ReturnType<typeof issueHandle>;

export function person(world: World, login: string) {
  return {
    async openIssue(title: string, body = ''): Promise<IssueHandle> {
      const issue = await must<{ number: number }>(world, login, 'POST', `/repos/${world.repo}/issues`, {
        title,
        body,
      });
      return issueHandle(world, login, issue.number);
    },
    on: (number: number) => issueHandle(world, login, number),
    merge: (number: number) =>
      must(world, login, 'POST', `/repos/${world.repo}/pulls/${number}/merge`, {
        Do: 'merge',
        delete_branch_after_merge: true,
      }),
    review: (
      number: number,
      event: 'APPROVED' | 'REQUEST_CHANGES' | 'COMMENT',
      body: string,
      inline: readonly object[] = [],
    ) =>
      must(world, login, 'POST', `/repos/${world.repo}/pulls/${number}/reviews`, {
        event,
        body,
        comments: inline,
      }),
  };
}

/** The issue as `login` sees and touches it. */
export function issueHandle(world: World, login: string, number: number) {
  const path = () => `/repos/${world.repo}/issues/${number}`;
  const comments = () => must<SeenComment[]>(world, login, 'GET', `${path()}/comments`);
  const byBot = async (mark: string) =>
    (await comments()).filter(
      (one) => one.user.login === 'kugetsu-bot' && one.body.includes(`<!-- kugetsu:${mark} `),
    );
  /** The newest ones. */
  const report = async () => (await byBot('report')).at(-1)?.body ?? '(no report)';
  const final = async () => (await byBot('final')).at(-1)?.body ?? '(no final comment)';
  /** Pull requests whose body closes this issue, newest first. */
  async function pulls(): Promise<SeenPull[]> {
    const all: SeenPull[] = [];
    for (let page = 1; all.length === (page - 1) * 50; page += 1) {
      const path = `/repos/${world.repo}/pulls?state=all&limit=50&page=${page}`;
      all.push(...(await must<SeenPull[]>(world, login, 'GET', path)));
    }
    return all.filter((pull) => new RegExp(`Closes #${number}\\b`).test(pull.body));
  }
  return {
    number,
    as: (other: string) => issueHandle(world, other, number),
    comments,
    comment: (body: string) => must<SeenComment>(world, login, 'POST', `${path()}/comments`, { body }),
    edit: (commentId: number, body: string) =>
      must(world, login, 'PATCH', `/repos/${world.repo}/issues/comments/${commentId}`, { body }),
    setState: (state: 'open' | 'closed') => must(world, login, 'PATCH', path(), { state }),
    label: (name: string) => setLabel(world, login, path(), name),
    clearLabels: () => must(world, login, 'DELETE', `${path()}/labels`),
    reactions: async (commentId: number) =>
      (
        (await must<{ content: string }[] | undefined>(
          world,
          login,
          'GET',
          `/repos/${world.repo}/issues/comments/${commentId}/reactions`,
        )) ?? []
      )
        .map((one) => one.content)
        .sort(),
    reports: async () => (await byBot('report')).map((one) => one.body),
    finals: async () => (await byBot('final')).map((one) => one.body),
    replies: async () => (await byBot('reply')).map((one) => one.body),
    report,
    final,
    state: async () => (await must<{ state: string }>(world, login, 'GET', path())).state,
    pulls,
    async pull(): Promise<SeenPull> {
      const [first] = await pulls();
      if (first === undefined)
        throw new Error(`no pull request for #${number}; report: ${await report()}; final: ${await final()}`);
      return first;
    },
  };
}

/** Made in the repository where it is not there. */
async function setLabel(world: World, login: string, path: string, name: string): Promise<void> {
  const labels = `/repos/${world.repo}/labels`;
  const all = await must<{ id: number; name: string }[]>(world, 'kugetsu-bot', 'GET', labels);
  const known = all.find((label) => label.name === name);
  const made =
    known ?? (await must<{ id: number }>(world, 'kugetsu-bot', 'POST', labels, { name, color: '#00aabb' }));
  await must(world, login, 'POST', `${path}/labels`, { labels: [made.id] });
}
