// Gitea: issues, labels, comments, reactions.
import type { Comment } from '../../domain/event.js';
import type { IssueRef } from '../../domain/refs.js';
import { ForgeError } from '../forge.js';
import type { Forge, LabelSetter } from '../forge.js';
import { collectPages } from '../paging.js';
import {
  anyAnswer,
  commentAnswer,
  commentsAnswer,
  issueAnswer,
  labelsAnswer,
  timelineAnswer,
} from './answers.js';
import type { GiteaDeps } from './forge.js';
import { toActor, toComment, toIssue } from './translate.js';

type Issues = Pick<
  Forge,
  'getIssue' | 'getLabels' | 'whoSetLabel' | 'listComments' | 'createComment' | 'editComment' | 'addReaction'
>;

export function createIssues(deps: GiteaDeps): Issues {
  const { client, paths, place } = deps;
  return {
    getIssue: (subject) =>
      paths.at(subject.repo, async (path) => {
        const raw = await client.read(issueAnswer, `/repos/${path}/issues/${subject.number}`);
        return toIssue(place, { ...subject.repo, path }, raw);
      }),
    getLabels: (subject) =>
      paths.at(subject.repo, async (path) => {
        const labels = await client.read(labelsAnswer, `/repos/${path}/issues/${subject.number}/labels`);
        return [...new Set(labels.map((label) => label.name))];
      }),
    whoSetLabel: (subject, label) =>
      paths.at(subject.repo, (path) => readWhoSet(deps, `/repos/${path}/issues/${subject.number}`, label)),
    listComments: (subject) => paths.at(subject.repo, (path) => readComments(deps, subject, path)),
    createComment: (subject, body) =>
      paths.at(subject.repo, (path) => createComment(deps, subject, path, body)),
    editComment: (subject, commentId, body) =>
      paths.at(subject.repo, async (path) => {
        await client.write(commentAnswer, 'PATCH', `/repos/${path}/issues/comments/${safeId(commentId)}`, {
          body,
        });
      }),
    addReaction: (subject, commentId, content) =>
      paths.at(subject.repo, async (path) => {
        const target = commentId === undefined ? subject.number : `comments/${safeId(commentId)}`;
        await client.write(anyAnswer, 'POST', `/repos/${path}/issues/${target}/reactions`, { content });
      }),
  };
}

/** Ids go into paths: nothing but digits. */
export function safeId(id: string): string {
  if (/^\d+$/.test(id)) return id;
  throw new ForgeError('invalid', 'not an id of this forge');
}

async function readComments(deps: GiteaDeps, subject: IssueRef, path: string): Promise<Comment[]> {
  const api = `/repos/${path}/issues/${subject.number}`;
  const size = await deps.pageSize();
  const raws = await collectPages(
    size,
    (page) => deps.client.read(commentsAnswer, `${api}/comments`, { page, limit: size }),
    (raw) => raw.id,
  );
  return raws.map((raw) => toComment(deps.place, { ...subject.repo, path }, subject.number, false, raw));
}

/** A missing issue is answered with 500 and no message: a look at the issue tells it from an outage. */
async function createComment(
  deps: GiteaDeps,
  subject: IssueRef,
  path: string,
  body: string,
): Promise<Comment> {
  const issue = `/repos/${path}/issues/${subject.number}`;
  try {
    const raw = await deps.client.write(commentAnswer, 'POST', `${issue}/comments`, { body });
    return toComment(deps.place, { ...subject.repo, path }, subject.number, false, raw);
  } catch (error) {
    if (error instanceof ForgeError && error.details.status === 500) {
      await deps.client.read(issueAnswer, issue);
    }
    throw error;
  }
}

/** Two labels may have one name: for each id the last entry counts, and of those that say "added" the newest. */
async function readWhoSet(deps: GiteaDeps, api: string, name: string): Promise<LabelSetter | undefined> {
  const size = await deps.pageSize();
  const entries = await collectPages(
    size,
    (page) => deps.client.read(timelineAnswer, `${api}/timeline`, { page, limit: size }),
    (entry) => entry.id,
  );
  const last = new Map<string, (typeof entries)[number]>();
  for (const entry of entries) {
    if (entry.type !== 'label' || entry.label?.name !== name) continue;
    last.delete(entry.label.id);
    last.set(entry.label.id, entry);
  }
  const added = [...last.values()].filter((entry) => entry.body === '1');
  const newest = added.at(-1);
  if (newest?.user === null || newest?.user === undefined) return undefined;
  // Comments and what else happens to an issue share one sequence of ids.
  return { ...toActor(newest.user), at: newest.created_at, lastId: newest.id };
}
