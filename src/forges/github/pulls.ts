// GitHub: pull requests and their reviews.
import type { PullRequest, ReviewComment } from '../../domain/event.js';
import type { RepoRef, IssueRef } from '../../domain/refs.js';
import { ForgeError } from '../forge.js';
import type { Forge } from '../forge.js';
import { collectPages } from '../paging.js';
import { anyAnswer, pullAnswer, pullsAnswer, reviewCommentsAnswer, reviewsAnswer } from './answers.js';
import { ask } from './ask.js';
import type { GithubDeps } from './forge.js';
import { toActor, toPull, toReviewState } from './translate.js';

type Pulls = Pick<
  Forge,
  'getPullRequest' | 'findPullRequests' | 'createPullRequest' | 'editPullRequest' | 'listReviews'
>;
type Wanted = Parameters<Forge['createPullRequest']>[1];

const PAGE = 100;
const GHOST = { id: '10137', login: 'ghost', type: 'User' };

export function createPulls(deps: GithubDeps): Pulls {
  const { access, paths, place } = deps;
  return {
    getPullRequest: ({ repo, number }) =>
      paths.at(repo, async (path) => {
        const raw = await ask(access, path, 'read the pull request', pullAnswer, (octokit, at) =>
          octokit.rest.pulls.get({ ...at, pull_number: number }),
        );
        return toPull(place, { ...repo, path }, raw);
      }),
    findPullRequests: (repo, branch) => paths.at(repo, (path) => findPulls(deps, repo, path, branch, 'all')),
    createPullRequest: (repo, wanted) => paths.at(repo, (path) => createPull(deps, repo, path, wanted)),
    editPullRequest: ({ repo, number }, change) =>
      paths.at(repo, async (path) => {
        await ask(access, path, 'edit the pull request', anyAnswer, (octokit, at) =>
          octokit.rest.pulls.update({ ...at, pull_number: number, ...change }),
        );
      }),
    listReviews: (subject) => paths.at(subject.repo, (path) => readReviews(deps, subject, path)),
  };
}

/** The head filter knows owner and branch; forks of one owner share both, so the repository is compared too. */
async function findPulls(
  deps: GithubDeps,
  repo: RepoRef,
  path: string,
  branch: string,
  state: 'open' | 'all',
): Promise<PullRequest[]> {
  const raws = await collectPages(
    PAGE,
    (page) =>
      ask(deps.access, path, 'list the pull requests', pullsAnswer, (octokit, at) =>
        octokit.rest.pulls.list({ ...at, state, head: `${at.owner}:${branch}`, per_page: PAGE, page }),
      ),
    (raw) => raw.number,
  );
  return raws
    .filter((raw) => raw.head.repo?.id === repo.id && raw.head.ref === branch)
    .map((raw) => toPull(deps.place, { ...repo, path }, raw))
    .sort((a, b) => b.subject.number - a.subject.number);
}

async function createPull(
  deps: GithubDeps,
  repo: RepoRef,
  path: string,
  wanted: Wanted,
): ReturnType<Forge['createPullRequest']> {
  try {
    const raw = await ask(deps.access, path, 'create a pull request', pullAnswer, (octokit, at) =>
      octokit.rest.pulls.create({ ...at, ...wanted }),
    );
    return { pull: toPull(deps.place, { ...repo, path }, raw), existed: false };
  } catch (error) {
    if (!(error instanceof ForgeError) || error.details.status !== 422) throw error;
    return afterRefusal(deps, repo, path, wanted, error);
  }
}

/** GitHub says everything with 422; its words tell what. */
async function afterRefusal(
  deps: GithubDeps,
  repo: RepoRef,
  path: string,
  wanted: Wanted,
  error: ForgeError,
): ReturnType<Forge['createPullRequest']> {
  if (/pull request already exists/i.test(error.message)) {
    const open = await findPulls(deps, repo, path, wanted.head, 'open');
    const pull = open.find((one) => one.base.branch === wanted.base);
    if (pull === undefined) throw error;
    return { pull, existed: true };
  }
  // Private repositories of some plans have no drafts: better a pull request than none.
  if (wanted.draft && /draft pull requests are not supported/i.test(error.message)) {
    return createPull(deps, repo, path, { ...wanted, draft: false });
  }
  if (/\b(head|base) is not valid/.test(error.message)) {
    throw new ForgeError('not_found', error.message, { ...error.details, cause: error });
  }
  throw error;
}

async function readReviews(
  deps: GithubDeps,
  { number }: IssueRef,
  path: string,
): ReturnType<Forge['listReviews']> {
  const raws = await collectPages(
    PAGE,
    (page) =>
      ask(deps.access, path, 'list the reviews', reviewsAnswer, (octokit, at) =>
        octokit.rest.pulls.listReviews({ ...at, pull_number: number, per_page: PAGE, page }),
      ),
    (raw) => raw.id,
  );
  const comments = raws.length === 0 ? [] : await readReviewComments(deps, number, path);
  return raws.flatMap((raw) => {
    const state = toReviewState(raw.state);
    if (state === undefined) return [];
    return {
      id: raw.id,
      author: toActor(raw.user ?? GHOST),
      state,
      body: raw.body,
      sha: raw.commit_id === '' ? undefined : raw.commit_id,
      at: raw.submitted_at ?? '',
      comments: comments.filter((one) => one.reviewId === raw.id).map((one) => one.comment),
    };
  });
}

async function readReviewComments(deps: GithubDeps, number: number, path: string) {
  const raws = await collectPages(
    PAGE,
    (page) =>
      ask(deps.access, path, 'list the inline comments', reviewCommentsAnswer, (octokit, at) =>
        octokit.rest.pulls.listReviewComments({ ...at, pull_number: number, per_page: PAGE, page }),
      ),
    (raw) => raw.id,
  );
  return raws.map((raw) => {
    const comment: ReviewComment = {
      id: raw.id,
      path: raw.path,
      line: raw.line ?? raw.original_line ?? undefined,
      body: raw.body,
      author: toActor(raw.user ?? GHOST),
      at: raw.updated_at,
    };
    return { reviewId: raw.pull_request_review_id, comment };
  });
}
