// GitHub: issues, labels, comments, reactions.
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
import { ask } from './ask.js';
import type { GithubDeps } from './forge.js';
import { toActor, toComment, toIssue } from './translate.js';

type Issues = Pick<
  Forge,
  'getIssue' | 'getLabels' | 'whoSetLabel' | 'listComments' | 'createComment' | 'editComment' | 'addReaction'
>;

const PAGE = 100;

export function createIssues(deps: GithubDeps): Issues {
  const { access, paths, place } = deps;
  return {
    getIssue: ({ repo, number }) =>
      paths.at(repo, async (path) => {
        const raw = await ask(access, path, 'read the issue', issueAnswer, (octokit, at) =>
          octokit.rest.issues.get({ ...at, issue_number: number }),
        );
        return toIssue(place, { ...repo, path }, raw);
      }),
    getLabels: ({ repo, number }) => paths.at(repo, (path) => readLabels(deps, path, number)),
    whoSetLabel: ({ repo, number }, label) => paths.at(repo, (path) => readWhoSet(deps, path, number, label)),
    listComments: ({ repo, number }) =>
      paths.at(repo, async (path) => {
        const raws = await readComments(deps, path, number);
        return raws.map((raw) => toComment(place, { ...repo, path }, number, false, raw));
      }),
    createComment: ({ repo, number }, body) =>
      paths.at(repo, async (path) => {
        const raw = await ask(access, path, 'create a comment', commentAnswer, (octokit, at) =>
          octokit.rest.issues.createComment({ ...at, issue_number: number, body }),
        );
        return toComment(place, { ...repo, path }, number, false, raw);
      }),
    editComment: ({ repo }, commentId, body) =>
      paths.at(repo, async (path) => {
        await ask(access, path, 'edit a comment', anyAnswer, (octokit, at) =>
          octokit.rest.issues.updateComment({ ...at, comment_id: numericId(commentId), body }),
        );
      }),
    addReaction: ({ repo, number }, commentId, content) =>
      paths.at(repo, async (path) => {
        await ask(access, path, 'add a reaction', anyAnswer, (octokit, at) =>
          commentId === undefined
            ? octokit.rest.reactions.createForIssue({ ...at, issue_number: number, content })
            : octokit.rest.reactions.createForIssueComment({
                ...at,
                comment_id: numericId(commentId),
                content,
              }),
        );
      }),
  };
}

/** Ids go into paths: nothing but digits. */
function numericId(id: string): number {
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw new ForgeError('invalid', 'not an id of this forge');
}

function readComments(deps: GithubDeps, path: string, number: number) {
  return collectPages(
    PAGE,
    (page) =>
      ask(deps.access, path, 'list the comments', commentsAnswer, (octokit, at) =>
        octokit.rest.issues.listComments({ ...at, issue_number: number, per_page: PAGE, page }),
      ),
    (raw) => raw.id,
  );
}

async function readLabels(deps: GithubDeps, path: string, number: number): Promise<string[]> {
  const labels = await collectPages(
    PAGE,
    (page) =>
      ask(deps.access, path, 'read the labels', labelsAnswer, (octokit, at) =>
        octokit.rest.issues.listLabelsOnIssue({ ...at, issue_number: number, per_page: PAGE, page }),
      ),
    (label) => label.name,
  );
  return labels.map((label) => label.name);
}

/** Entries of the timeline come oldest first; some have no id, so each is known by its place. */
async function readWhoSet(
  deps: GithubDeps,
  path: string,
  number: number,
  name: string,
): Promise<LabelSetter | undefined> {
  let place = 0;
  const entries = await collectPages(
    PAGE,
    (page) =>
      ask(deps.access, path, 'read the timeline', timelineAnswer, (octokit, at) =>
        octokit.rest.issues.listEventsForTimeline({ ...at, issue_number: number, per_page: PAGE, page }),
      ),
    () => (place += 1),
  );
  const index = entries.findLastIndex(
    ({ label, event }) => label?.name === name && (event === 'labeled' || event === 'unlabeled'),
  );
  const last = entries[index];
  if (last?.event !== 'labeled' || !last.actor || !last.created_at) return undefined;
  const before = entries.slice(0, index).findLast((entry) => entry.event === 'commented');
  return { ...toActor(last.actor), at: last.created_at, lastId: before?.id ?? undefined };
}
