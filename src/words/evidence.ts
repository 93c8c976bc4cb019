// The evidence pack: what the server itself saw of the runs, for the pull request and the final comment. Pure.
import type { Commit, Received } from '../git/git.js';
import type { Evidence, Run } from '../domain/run.js';
import { count, duration, tokens } from '../text/amounts.js';
import type { Foreign } from '../text/foreign.js';

const MOST_TOOLS = 20;
const MOST_FILES = 40;
const MOST_COMMITS = 20;
const MOST_AUTHORS = 10;

/** Agent, usage, the commands that it ran. */
export function evidenceLines(runs: readonly Run[], foreign: Foreign): string[] {
  const last = runs.findLast((run) => run.evidence !== undefined)?.evidence;
  return last === undefined ? [] : [...aboutRun(last, runs.length, foreign), ...commands(last, foreign)];
}

/** What kept the agent apart: a sentence of the sandbox's own. */
export function sandboxLines(runs: readonly Run[]): string[] {
  const last = runs.findLast((run) => run.evidence !== undefined)?.evidence;
  return last === undefined ? [] : [`- ${last.sandbox}`];
}

function aboutRun(evidence: Evidence, attempts: number, foreign: Foreign): string[] {
  const { agent, agentVersion, model, durationMs } = evidence;
  const used = tokens(evidence.inputTokens, evidence.outputTokens, evidence.costUsd);
  const version = agentVersion === undefined ? '' : ` ${foreign.code(agentVersion, 40)}`;
  const asked = model === undefined ? '' : `, model ${foreign.code(model, 100)}`;
  const time = duration(durationMs);
  const took = attempts === 1 ? time : `${count(attempts, 'attempt')}, the last one took ${time}`;
  return [
    `- agent ${foreign.code(agent, 100)}${version}${asked}: ${took}`,
    ...(used === undefined ? [] : [`- usage: ${used}`]),
  ];
}

function commands(evidence: Evidence, foreign: Foreign): string[] {
  const ran = evidence.tools.filter((tool) => tool.exitCode !== undefined || !tool.ok);
  const lines = ran.slice(-MOST_TOOLS).map((tool) => {
    const title = foreign.code(tool.title === '' ? tool.name : tool.title, 120);
    return `- ${title}: ${tool.exitCode === undefined ? 'refused or failed' : `exit ${tool.exitCode}`}`;
  });
  return ran.length > MOST_TOOLS ? [`- the last ${MOST_TOOLS} of ${ran.length} commands:`, ...lines] : lines;
}

/** Commits and files between base and tip, as the server's own git counts them. */
export function changeLines(received: Received, foreign: Foreign): string[] {
  const { files, commits, tip } = received;
  const added = files.reduce((sum, file) => sum + file.added, 0);
  const removed = files.reduce((sum, file) => sum + file.removed, 0);
  const authors = [...new Set(commits.map((commit) => `${commit.authorName} <${commit.authorEmail}>`))];
  return [
    `- ${count(commits.length, 'commit')} up to ${foreign.code(tip.slice(0, 12), 12)}, ${count(files.length, 'file')}, +${added} −${removed}`,
    ...some(authors, MOST_AUTHORS, 'author', (author) => `- author ${foreign.code(author, 120)}`),
    ...some(commits, MOST_COMMITS, 'commit', (commit) => commitLine(commit, foreign)),
    ...some(
      files,
      MOST_FILES,
      'file',
      (file) => `- ${foreign.code(file.path, 160)} +${file.added} −${file.removed}`,
    ),
  ];
}

/** A forge acts on what stands in a commit's message as soon as it is merged: so that is said. */
function commitLine({ sha, subject, acts }: Commit, foreign: Foreign): string {
  const shown = foreign.code(subject, 120);
  const line = `- ${foreign.code(sha.slice(0, 12), 12)} ${shown === '' ? '(no subject)' : shown}`;
  if (acts.length === 0) return line;
  return `${line}: **its message acts at the forge**: ${acts.map((act) => foreign.code(act, 60)).join(', ')}`;
}

function some<T>(all: readonly T[], most: number, what: string, show: (one: T) => string): string[] {
  const rest = all.length - most;
  return [...all.slice(0, most).map(show), ...(rest > 0 ? [`- and ${count(rest, `more ${what}`)}`] : [])];
}
