// The server's own part of a pull request's body: between two marks, so that a later turn replaces it and nothing else. Pure.
import { cut } from '../text/cut.js';

const BEGIN = '<!-- kugetsu:evidence -->';
const END = '<!-- kugetsu:evidence end -->';

export function betweenMarks(evidence: string): string {
  return `${BEGIN}\n${evidence}\n${END}`;
}

/**
 * `body` as it is at the forge, with the new evidence (masked) in the place of the old; too long, the evidence is cut. Undefined
 * when nothing is to be changed: it is the same, there is no room, or somebody took the marks away.
 */
export function withEvidence(body: string, evidence: string, maxChars: number): string | undefined {
  const begin = body.lastIndexOf(BEGIN);
  const end = begin === -1 ? -1 : body.indexOf(END, begin);
  if (end === -1) return undefined;
  const before = body.slice(0, begin);
  const after = body.slice(end + END.length);
  const room = maxChars - before.length - betweenMarks('').length - after.length;
  if (room <= 0) return undefined;
  const changed = before + betweenMarks(cut(evidence, room)) + after;
  return changed === body ? undefined : changed;
}
