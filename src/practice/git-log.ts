// Reads what `git log --raw -z` prints into commits with their lists of files.
import type { CommitInfo } from './types.js';

/** Fields parted by 0x1f, each commit begun by 0x1e; the raw file list follows the last field. */
export const COMMIT_FORMAT = '%x1e%H%x1f%an%x1f%ae%x1f%cn%x1f%ce%x1f%cI%x1f%B%x1f';

/** `out` is the output of `git log --format=COMMIT_FORMAT --raw -z --no-renames`. */
export function parseCommits(out: string): CommitInfo[] {
  return out
    .split('\x1e')
    .filter((part) => part.trim() !== '' && part !== '\0')
    .map(parseCommit);
}

function parseCommit(part: string): CommitInfo {
  const [sha = '', an = '', ae = '', cn = '', ce = '', at = '', message = '', files = ''] =
    part.split('\x1f');
  const changes = parseFiles(files);
  const named = (letters: string) => changes.filter((c) => letters.includes(c.letter)).map((c) => c.path);
  return {
    sha,
    message,
    author: { name: an, email: ae },
    committer: { name: cn, email: ce },
    at: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
    added: named('A'),
    removed: named('D'),
    modified: named('MT'),
  };
}

/** `:mode mode sha sha LETTER NUL path NUL …` */
function parseFiles(raw: string): { letter: string; path: string }[] {
  const fields = raw.split('\0').map((field) => field.replace(/^\n+/, ''));
  const found: { letter: string; path: string }[] = [];
  for (const [index, field] of fields.entries()) {
    const letter = /^:\d+ \d+ [0-9a-f]+ [0-9a-f]+ ([A-Z])/.exec(field)?.[1];
    if (letter !== undefined) found.push({ letter, path: fields[index + 1] ?? '' });
  }
  return found;
}
