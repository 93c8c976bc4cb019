// Gitea: pull requests and their reviews.
import type { PullRequest, ReviewComment } from '../../domain/event.js';
import type { RepoRef, IssueRef } from '../../domain/refs.js';
import { ForgeError } from '../forge.js';
import type { Forge } from '../forge.js';
import { collectPages } from '../paging.js';
import { pullAnswer, pullsAnswer, reviewCommentsAnswer, reviewsAnswer } from './answers.js';
import type { GiteaDeps } from './forge.js';
import { DRAFT_PREFIX, isDraftTitle, toActor, toPull } from './translate.js';

type Pulls = Pick<
  Forge,
  'getPullRequest' | 'findPullRequests' | 'createPullRequest' | 'editPullRequest' | 'listReviews'
>;

const GHOST = { id: '-1', login: 'Ghost' };

export function createPulls(deps: GiteaDeps): Pulls {
  const { client, paths } = deps;
  return {
    getPullRequest: (subject) => paths.at(subject.repo, (path) => readPull(deps, subject, path)),
    findPullRequests: (repo, branch) => paths.at(repo, (path) => findPulls(deps, repo, path, branch)),
    createPullRequest: (repo, wanted) => paths.at(repo, (path) => createPull(deps, repo, path, wanted)),
    editPullRequest: (subject, change) =>
      paths.at(subject.repo, async (path) => {
        const title =
          change.title === undefined ? {} : { title: await keepDraft(deps, subject, path, change.title) };
        const api = `/repos/${path}/pulls/${subject.number}`;
        await client.write(pullAnswer, 'PATCH', api, { ...change, ...title });
      }),
    listReviews: (subject) => paths.at(subject.repo, (path) => readReviews(deps, subject, path)),
  };
}

async function readPull(deps: GiteaDeps, subject: IssueRef, path: string): Promise<PullRequest> {
  const raw = await deps.client.read(pullAnswer, `/repos/${path}/pulls/${subject.number}`);
  return toPull(deps.place, { ...subject.repo, path }, raw);
}

/** All pages: Gitea passes over the `head` filter, and its look-up by base and head may find an old closed one. */
async function findPulls(
  deps: GiteaDeps,
  repo: RepoRef,
  path: string,
  branch: string,
  state: 'open' | 'all' = 'all',
): Promise<PullRequest[]> {
  const size = await deps.pageSize();
  const raws = await collectPages(
    size,
    (page) => deps.client.read(pullsAnswer, `/repos/${path}/pulls`, { state, page, limit: size }),
    (raw) => raw.number,
  );
  return raws
    .filter((raw) => raw.head.repo?.id === repo.id)
    .map((raw) => toPull(deps.place, { ...repo, path }, raw))
    .filter((pull) => pull.head.branch === branch)
    .sort((a, b) => b.subject.number - a.subject.number);
}

/** 409 means that one is open for the same head and base: that one is the answer. */
async function createPull(
  deps: GiteaDeps,
  repo: RepoRef,
  path: string,
  wanted: Parameters<Forge['createPullRequest']>[1],
): ReturnType<Forge['createPullRequest']> {
  const { head, base, body, draft } = wanted;
  const title = draft ? draftTitle(wanted.title) : wanted.title;
  try {
    const sent = { head, base, title, body };
    const raw = await deps.client.write(pullAnswer, 'POST', `/repos/${path}/pulls`, sent);
    return { pull: toPull(deps.place, { ...repo, path }, raw), existed: false };
  } catch (error) {
    if (!(error instanceof ForgeError) || error.code !== 'conflict') throw error;
    const open = await findPulls(deps, repo, path, head, 'open');
    const pull = open.find((one) => one.base.branch === base);
    if (pull === undefined) throw error;
    return { pull, existed: true };
  }
}

/** A draft is a title here: a new title must not make it ready by the way. */
async function keepDraft(deps: GiteaDeps, subject: IssueRef, path: string, title: string): Promise<string> {
  if (isDraftTitle(title)) return title;
  const pull = await readPull(deps, subject, path);
  return pull.draft ? draftTitle(title) : title;
}

function draftTitle(title: string): string {
  return isDraftTitle(title) ? title : DRAFT_PREFIX + title;
}

async function readReviews(
  deps: GiteaDeps,
  subject: IssueRef,
  path: string,
): ReturnType<Forge['listReviews']> {
  const api = `/repos/${path}/pulls/${subject.number}/reviews`;
  const size = await deps.pageSize();
  const raws = await collectPages(
    size,
    (page) => deps.client.read(reviewsAnswer, api, { page, limit: size }),
    (raw) => raw.id,
  );
  const reviews: Awaited<ReturnType<Forge['listReviews']>> = [];
  for (const raw of raws.sort((a, b) => Date.parse(a.submitted_at) - Date.parse(b.submitted_at))) {
    if (raw.state === undefined) continue;
    reviews.push({
      id: raw.id,
      author: toActor(raw.user ?? GHOST),
      state: raw.dismissed === true ? 'dismissed' : raw.state,
      body: raw.body,
      sha: raw.commit_id === '' ? undefined : raw.commit_id,
      at: raw.updated_at ?? raw.submitted_at,
      ...orderOf(raw.html_url),
      comments: raw.comments_count === 0 ? [] : await readReviewComments(deps, `${api}/${raw.id}/comments`),
    });
  }
  return reviews;
}

/** A review has a place among the comments: its address ends in it. */
function orderOf(address: string): { orderId?: string } {
  const orderId = /#issuecomment-(\d+)$/.exec(address)?.[1];
  return orderId === undefined ? {} : { orderId };
}

async function readReviewComments(deps: GiteaDeps, api: string): Promise<ReviewComment[]> {
  const raws = await deps.client.read(reviewCommentsAnswer, api);
  return raws.map((raw) => ({
    id: raw.id,
    path: raw.path,
    line:
      [raw.position, raw.original_position].find((line) => typeof line === 'number' && line > 0) ?? undefined,
    body: raw.body,
    author: toActor(raw.user ?? GHOST),
    at: raw.updated_at,
  }));
}
