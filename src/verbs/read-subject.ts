// The subject as it was when it was asked: for the decision, and as the snapshot that the agent will be told.
import pLimit from 'p-limit';
import type { Comment, Issue, Review, ReviewComment } from '../domain/event.js';
import { isNumbered, type Actor, type IssueRef } from '../domain/refs.js';
import type { Session } from '../domain/session.js';
import type { Snapshot, ToldReview } from '../domain/task.js';
import { isAfter, type Trigger } from '../domain/trigger.js';
import type { Forge } from '../forges/forge.js';
import { mayWrite } from './authorize.js';
import type { Call, VerbDeps } from './verb.js';

const MOST_COMMENTS = 100;
const MOST_REVIEWS = 10;
const MOST_CHARS = 64 * 1024;
/** Beyond these, the newest, nobody's permission is asked for and their texts are left out. */
const MOST_AUTHORS = 50;
const QUESTIONS_AT_ONCE = 4;

type ReadDeps = Pick<VerbDeps, 'standings' | 'config' | 'now'>;

/** An issue or a pull request, and when it was asked. */
type Asked = Pick<Call, 'forge' | 'actor'> & {
  readonly subject: IssueRef;
  readonly trigger: Trigger | undefined;
};
type ListedReview = Review & { readonly comments: readonly ReviewComment[] };

/** A discussion has nothing at the forge that could be read. */
export async function readSubject(
  deps: ReadDeps,
  { forge, actor, subject, trigger }: Call,
  session: Session | undefined,
): Promise<{ issue: Issue | undefined; snapshot: Snapshot | undefined }> {
  if (!isNumbered(subject)) return { issue: undefined, snapshot: undefined };
  return await readIssue(deps, { forge, actor, subject, trigger }, session);
}

/** kugetsu's own comments are left out without being counted: they tell the agent nothing that it did not say itself. */
async function readIssue(
  deps: ReadDeps,
  ask: Asked,
  session: Session | undefined,
): Promise<{ issue: Issue; snapshot: Snapshot }> {
  const { forge, subject } = ask;
  const [issue, comments, reviews, self] = await Promise.all([
    forge.getIssue(subject),
    forge.listComments(subject),
    reviewsOf(forge, session),
    forge.self(),
  ]);
  const trigger = ask.trigger ?? momentNow(deps, issue, comments);
  const others = comments.filter((comment) => comment.author.id !== self.id);
  const inTime = others.map((comment) => asToldIn(trigger, comment)).filter((one) => isInTime(trigger, one));
  const submitted = reviews.map((review) => inTimeOf(trigger, review));
  const authors = [...inTime, ...submitted.flatMap(partsOf)].map((one) => one.author);
  const heard = await heardOf(deps, ask, authors.reverse());
  const kept = inTime.filter((comment) => heard.has(comment.author.id)).slice(-MOST_COMMENTS);
  const told = submitted.flatMap((review) => tellReview(review, heard)).slice(-MOST_REVIEWS);
  const parts = reviews.flatMap(partsOf).length - told.flatMap((one) => [...texts(one)]).length;
  return { issue, snapshot: snapshotOf(trigger, kept, told, others.length - kept.length + parts) };
}

/** Asked through a door without a moment of its own: everything that is there by now belongs to it. */
function momentNow({ now }: ReadDeps, issue: Issue, comments: readonly Comment[]): Trigger {
  const times = [issue.updatedAt, ...comments.map((comment) => comment.updatedAt)].map((at) =>
    Date.parse(at),
  );
  const at = new Date(Math.max(now(), ...times)).toISOString();
  return { issue, at, lastId: comments.at(-1)?.id };
}

function snapshotOf(
  { issue, at }: Trigger,
  comments: readonly Comment[],
  reviews: readonly ToldReview[],
  leftOut: number,
): Snapshot {
  return {
    title: issue.title,
    body: issue.body.slice(0, MOST_CHARS),
    author: issue.author.login,
    url: issue.url,
    until: at,
    comments: comments.map(({ id, author, body, createdAt }) => ({
      id,
      author: author.login,
      body: body.slice(0, MOST_CHARS),
      at: createdAt,
    })),
    reviews,
    leftOut,
  };
}

async function reviewsOf(forge: Forge, session: Session | undefined): Promise<ListedReview[]> {
  if (session?.pull?.state !== 'open') return [];
  const all = await forge.listReviews({ repo: session.subject.repo, number: session.pull.number });
  return all.filter((review) => review.state !== 'dismissed');
}

/** The comment that asked stands in the delivery: what it says by now is not read. */
function asToldIn({ comment }: Trigger, read: Comment): Comment {
  return comment?.id === read.id ? comment : read;
}

function isInTime(trigger: Trigger, comment: Comment): boolean {
  return comment.id === trigger.comment?.id || !isAfter(comment, trigger);
}

/** The review without what came after the trigger; the one that asked is whole. */
function inTimeOf(trigger: Trigger, review: ListedReview): ListedReview {
  if (review.id !== undefined && trigger.reviews?.includes(review.id) === true) return review;
  const { at, orderId } = review;
  const isLate = isAfter({ id: orderId, createdAt: at, updatedAt: at }, trigger);
  const comments = isLate
    ? []
    : review.comments.filter((one) => Date.parse(one.at) <= Date.parse(trigger.at));
  return { ...review, body: isLate ? '' : review.body, comments };
}

/** The texts in a review, each with whose it is; answers in a thread are of others. */
function partsOf(review: ListedReview): readonly { readonly author: Actor }[] {
  return review.body === '' ? review.comments : [review, ...review.comments];
}

function tellReview(review: ListedReview, heard: ReadonlySet<string>): ToldReview[] {
  const body = heard.has(review.author.id) ? review.body.slice(0, MOST_CHARS) : '';
  const lines = review.comments
    .filter((comment) => heard.has(comment.author.id))
    .map(({ path, line, author, body: text }) => ({
      place: line === undefined ? path : `${path}:${line}`,
      author: author.login,
      body: text.slice(0, MOST_CHARS),
    }));
  const { id = '', author, state, at } = review;
  return body === '' && lines.length === 0 ? [] : [{ id, author: author.login, state, body, at, lines }];
}

function texts(review: ToldReview): readonly string[] {
  const lines = review.lines.map((line) => line.body);
  return review.body === '' ? lines : [review.body, ...lines];
}

/** Ids of those whose text reaches the agent. One question at most for each author, and a bounded number of them. */
async function heardOf(deps: ReadDeps, ask: Asked, authors: readonly Actor[]): Promise<Set<string>> {
  const known = new Map(authors.map((author) => [author.id, author]));
  if (deps.config().trigger.strangersText) return new Set(known.keys());
  // Who gives the order was asked for already.
  known.delete(ask.actor.id);
  const limit = pLimit(QUESTIONS_AT_ONCE);
  const asked = [...known.values()]
    .slice(0, MOST_AUTHORS)
    .map((author) => limit(async () => ((await mayWrite(deps, ask, author)) ? [author.id] : [])));
  return new Set([ask.actor.id, ...(await Promise.all(asked)).flat()]);
}
