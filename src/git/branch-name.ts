// The name of a session's branch: from the template and numeric or slugged parts, never from a title.
import { createHash } from 'node:crypto';

const MAX_CHARS = 80;

/**
 * `template` such as `fix/issue-{ref}`; `ref` is the number or the name of a `#-name`. `n` counts tries: 1 gives the
 * plain name, 2 and more add `-2`, `-3`. The result is always a branch name: letters, digits, `_`, `-` and `/`, at most 80.
 */
export function branchName(
  template: string,
  parts: { readonly ref: string; readonly owner: string; readonly repo: string },
  n: number,
): string {
  const filled = template.replace(/\{(ref|owner|repo)\}/g, (_all, key: 'ref' | 'owner' | 'repo') =>
    slug(parts[key]),
  );
  const suffix = n > 1 ? `-${Math.trunc(n)}` : '';
  const base = tidy(tidy(filled).slice(0, MAX_CHARS - suffix.length));
  return (base === '' ? 'kugetsu' : base) + suffix;
}

/** Lower-case ASCII. What would be lost altogether or cut keeps apart by a piece of its hash. */
function slug(text: string): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (plain !== '' && plain.length <= 40) return plain;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return plain === '' ? hash : `${plain.slice(0, 31).replace(/-+$/, '')}-${hash}`;
}

function tidy(name: string): string {
  return name
    .split('/')
    .map((part) => part.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, ''))
    .filter((part) => part !== '')
    .join('/');
}
