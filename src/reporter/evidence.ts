// The evidence pack: what the server itself saw of the runs, for the pull request and the final comment. Pure.
import type { Received } from '../git/git.js';
import type { Evidence, Run } from '../domain/run.js';
import { codeSpan } from '../support/text/fence.js';
import { singleLine } from '../support/text/lines.js';
import { duration } from '../support/text/duration.js';
import { tokens } from './words.js';

const MOST_TOOLS = 20;
const MOST_FILES = 40;

export function evidenceLines(runs: readonly Run[]): string[] {
  const last = runs.findLast((run) => run.evidence !== undefined)?.evidence;
  if (last === undefined) return [];
  return [...aboutRun(last, runs.length), ...commands(last)];
}

function aboutRun(evidence: Evidence, attempts: number): string[] {
  const { agent, agentVersion, model, sandbox, durationMs } = evidence;
  const used = tokens(evidence.inputTokens, evidence.outputTokens, evidence.costUsd);
  return [
    `- agent ${codeSpan(agent)}${agentVersion === undefined ? '' : ` ${singleLine(agentVersion, 40)}`}${model === undefined ? '' : `, model ${codeSpan(model)}`}, ${duration(durationMs)}, ${attempts === 1 ? '1 attempt' : `${attempts} attempts`}`,
    ...(used === undefined ? [] : [`- usage: ${used}`]),
    `- sandbox: ${sandbox}`,
  ];
}

function commands(evidence: Evidence): string[] {
  const ran = evidence.tools.filter((tool) => tool.exitCode !== undefined || !tool.ok);
  const lines = ran.slice(-MOST_TOOLS).map((tool) => {
    const title = codeSpan(singleLine(tool.title === '' ? tool.name : tool.title, 120));
    return `- ${title}: ${tool.exitCode === undefined ? 'refused or failed' : `exit ${tool.exitCode}`}`;
  });
  return ran.length > MOST_TOOLS ? [`- the last ${MOST_TOOLS} of ${ran.length} commands:`, ...lines] : lines;
}

/** Commits and files between base and tip, as the server's own git counts them. */
export function changeLines(received: Received): string[] {
  const { files, commits, tip } = received;
  const added = files.reduce((sum, file) => sum + file.added, 0);
  const removed = files.reduce((sum, file) => sum + file.removed, 0);
  const rows = files
    .slice(0, MOST_FILES)
    .map((file) => `- ${codeSpan(singleLine(file.path, 160))} +${file.added} −${file.removed}`);
  if (files.length > MOST_FILES) rows.push(`- and ${files.length - MOST_FILES} more files`);
  const authors = [...new Set(commits.map((commit) => `${commit.authorName} <${commit.authorEmail}>`))];
  return [
    `- ${commits.length} commits up to ${codeSpan(tip.slice(0, 12))}, ${files.length} files, +${added} −${removed}`,
    ...authors.map((author) => `- author ${codeSpan(singleLine(author, 120))}`),
    ...rows,
  ];
}
