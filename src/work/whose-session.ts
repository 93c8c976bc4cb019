// Whose session is meant by a command: that of the issue it stands on, or of the issue whose branch the pull request has.
import type { PullRequest } from '../domain/event.js';
import { isNumbered, issueKeyOf, type SubjectRef } from '../domain/refs.js';
import type { Session } from '../domain/session.js';
import type { Forge } from '../forges/forge.js';
import type { Tables } from '../store/store.js';

/** Living sessions only. */
export async function sessionOf(
  tables: Tables,
  forge: Forge,
  subject: SubjectRef,
): Promise<Session | undefined> {
  const own = await tables.records.sessions.living(issueKeyOf(subject));
  if (own !== undefined) return own;
  if (!isNumbered(subject)) return undefined;
  const bound = await tables.records.sessions.byPull(subject.repo, subject.number);
  if (bound !== undefined) return bound.state === 'reaped' ? undefined : bound;
  const issue = await forge.getIssue(subject);
  if (!issue.isPull) return undefined;
  const session = await sessionOfPull(tables, await forge.getPullRequest(subject));
  return session?.state === 'reaped' ? undefined : session;
}

/** The session that owns this pull request: bound to it, reading it, or the maker of its head branch in the same repository. */
export async function sessionOfPull(tables: Tables, pull: PullRequest): Promise<Session | undefined> {
  const { repo, number } = pull.subject;
  const bound = await tables.records.sessions.byPull(repo, number);
  if (bound !== undefined) return bound;
  const reading = await tables.records.sessions.living(issueKeyOf(pull.subject));
  if (reading !== undefined) return reading;
  if (pull.head.repoPath !== repo.path) return undefined;
  return await tables.records.sessions.byBranch(repo, pull.head.branch);
}
