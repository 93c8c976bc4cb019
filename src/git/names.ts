// Which names and addresses may reach a git command line: whitelists, checked in one place.
import { GitError } from './git.js';

const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const FOLDER = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const KEEP = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\/[A-Za-z0-9][A-Za-z0-9_-]{0,99}){0,3}$/;
// Letters, marks and digits of any script and the punctuation people use; no space, control, format or glob characters,
// nothing that git or a shell reads as an operator.
const BRANCH_SEGMENT = /^[\p{L}\p{N}_#=+][\p{L}\p{M}\p{N}_#=+@.,%&!()'-]*$/u;

/** A full object id, SHA-1 or SHA-256, lower case. Throws `GitError` otherwise: nothing else reaches a command line. */
export function checkedSha(sha: string, what: string): string {
  if (!SHA.test(sha)) throw new GitError('failed', `${what} is not a full object id: ${quoted(sha)}`);
  return sha;
}

export function isSha(text: string): boolean {
  return SHA.test(text);
}

/** Stricter than `git check-ref-format --branch`: at most 200 bytes, no leading `-` in any part, no spaces. */
export function isBranchName(name: string): boolean {
  if (Buffer.byteLength(name) > 200 || name.includes('..') || name.includes('@{')) return false;
  return name
    .split('/')
    .every((part) => BRANCH_SEGMENT.test(part) && !part.endsWith('.') && !part.endsWith('.lock'));
}

export function checkedBranch(name: string): string {
  if (!isBranchName(name))
    throw new GitError('failed', `not a branch name that is allowed here: ${quoted(name)}`);
  return name;
}

export function isKeep(keep: string): boolean {
  return KEEP.test(keep);
}

/** Part of `refs/kugetsu/`: up to four parts of letters, digits, `-` and `_`. */
export function checkedKeep(keep: string): string {
  if (!isKeep(keep)) throw new GitError('failed', `not a name for a kept ref: ${quoted(keep)}`);
  return keep;
}

/** A forge's name or a repository's id as the name of a folder. */
export function checkedFolder(name: string): string {
  if (!FOLDER.test(name))
    throw new GitError('failed', `not a name for a folder of a mirror: ${quoted(name)}`);
  return name;
}

/** An http(s) address without credentials in it. Returns it with its scheme, the only protocol git may then speak. */
export function checkedUrl(url: string): { url: string; scheme: 'http' | 'https' } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const scheme = parsed?.protocol === 'https:' ? 'https' : parsed?.protocol === 'http:' ? 'http' : undefined;
  if (parsed === undefined || scheme === undefined)
    throw new GitError('failed', 'the address of a repository must begin with https:// or http://');
  if (parsed.username !== '' || parsed.password !== '')
    throw new GitError('failed', 'the address of a repository must not hold credentials');
  return { url: parsed.href, scheme };
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
