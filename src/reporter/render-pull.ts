// Title and body of the pull request. Pure.
import type { Run } from '../domain/run.js';
import type { Received } from '../git/git.js';
import type { Task } from '../domain/task.js';
import type { SubjectRef } from '../domain/refs.js';
import { inert, inertLine } from '../support/text/inert.js';
import { changeLines, evidenceLines } from './evidence.js';
import { details } from './words.js';

export interface PullFacts {
  readonly task: Task;
  /** The issue that is closed by it. */
  readonly issue: SubjectRef;
  readonly issueTitle: string;
  readonly summary: string;
  readonly received: Received;
  readonly runs: readonly Run[];
  readonly marker: string;
  readonly word: string;
}

const MOST_TITLE_CHARS = 200;

export function renderPull(facts: PullFacts): { title: string; body: string } {
  const suffix = ` (#${facts.issue.number})`;
  const title = `${inertLine(facts.issueTitle, MOST_TITLE_CHARS - suffix.length)}${suffix}`;
  const summary = inert(facts.summary.trim(), { word: facts.word });
  const evidence = details('Evidence, written by the server', [
    ...changeLines(facts.received),
    ...evidenceLines(facts.runs),
  ]);
  const body = [
    facts.marker,
    summary === '' ? 'The agent left no summary.' : summary,
    '',
    `Closes #${facts.issue.number}`,
    '',
    evidence,
  ].join('\n');
  return { title, body };
}
