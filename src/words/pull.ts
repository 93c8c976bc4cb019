// Title and body of the pull request. Pure.
import type { Run } from '../domain/run.js';
import type { Received } from '../git/git.js';
import { isNumbered, type SubjectRef } from '../domain/refs.js';
import { cut } from '../text/cut.js';
import type { Foreign } from '../text/foreign.js';
import { changeLines, evidenceLines, sandboxLines } from './evidence.js';
import { betweenMarks } from './pull-evidence.js';
import { details } from './phrases.js';

export interface PullFacts {
  /** The issue that is closed by it; a discussion closes none. */
  readonly subject: SubjectRef;
  readonly subjectTitle: string;
  readonly summary: string;
  readonly received: Received;
  readonly runs: readonly Run[];
  readonly marker: string;
  /** What the forge takes. */
  readonly maxBodyChars: number;
  readonly foreign: Foreign;
}

const MOST_TITLE_CHARS = 200;

/** Too long, the summary is cut; marker, closing line and evidence stay whole. */
export function renderPull(facts: PullFacts): { title: string; body: string; evidence: string } {
  const { foreign, received, runs, maxBodyChars } = facts;
  const { subject } = facts;
  const suffix = isNumbered(subject) ? ` (#${subject.number})` : '';
  const title = `${foreign.line(facts.subjectTitle, MOST_TITLE_CHARS - suffix.length)}${suffix}`;
  const summary = foreign.block(facts.summary, maxBodyChars);
  const lines = [...changeLines(received, foreign), ...evidenceLines(runs, foreign), ...sandboxLines(runs)];
  const evidence = foreign.mask(details('Evidence, written by the server', lines));
  const head = [facts.marker, summary === '' ? 'The agent left no summary.' : summary].join('\n');
  const closing = isNumbered(subject) ? `Closes #${subject.number}\n\n` : '';
  const tail = `${closing}${betweenMarks(evidence)}`;
  const body = cut(maskedBelow(facts.marker, head, foreign), maxBodyChars, { tail });
  return { title: foreign.mask(title), body, evidence };
}

/** The marker is ours, and no text: what is masked in it would make the pull request a stranger's. */
function maskedBelow(marker: string, head: string, foreign: Foreign): string {
  return marker + foreign.mask(head.slice(marker.length));
}
