// Which rule of the repository list a repository or an issue falls under, if any.
import type { Config } from './config.js';

/** The rules that match, merged key by key. */
export interface RepoRule {
  /** Name of the agent; it is in `config.agents`. */
  readonly agent: string;
  /** Undefined means the repository's default branch. */
  readonly base: string | undefined;
  /** Undefined means the address the forge gives. */
  readonly cloneUrl: string | undefined;
  /** Agents at work there at once. */
  readonly perRepo: number;
}

/**
 * Undefined means: nothing runs there. Of several rules an exact one goes before one with `*`, one for an issue before
 * both, a later one before an earlier. Without `number` rules for single issues do not count.
 * @param path `owner/name`; letter case is ignored as the forges do
 */
export function matchRepo(
  config: Config,
  forge: string,
  path: string,
  number?: number,
): RepoRule | undefined {
  const matching = config.repos
    .map((rule) => ({ rule, pattern: parsePattern(rule.match) }))
    .filter(({ pattern }) => covers(pattern, forge, path, number))
    .sort((a, b) => rankOf(a.pattern) - rankOf(b.pattern));
  if (matching.length === 0) return undefined;
  const last = <T>(pick: (rule: Config['repos'][number]) => T | undefined): T | undefined =>
    matching.map(({ rule }) => pick(rule)).findLast((value) => value !== undefined);
  return {
    agent: last((rule) => rule.agent) ?? config.agent,
    base: last((rule) => rule.base),
    cloneUrl: last((rule) => rule.cloneUrl),
    perRepo: config.limits.perRepo,
  };
}

/** `FORGE:OWNER/NAME#14` in its parts; it has passed the schema. */
export interface RepoPattern {
  readonly forge: string;
  readonly path: string;
  readonly number: number | undefined;
}

export function parsePattern(match: string): RepoPattern {
  const colon = match.indexOf(':');
  const hash = match.indexOf('#');
  return {
    forge: match.slice(0, colon),
    path: match.slice(colon + 1, hash === -1 ? undefined : hash),
    number: hash === -1 ? undefined : Number(match.slice(hash + 1)),
  };
}

/** Does one of these patterns (as in `repos`) cover the repository, or this issue of it? */
export function isCovered(
  patterns: readonly string[],
  {
    forge,
    path,
    number,
  }: { readonly forge: string; readonly path: string; readonly number?: number | undefined },
): boolean {
  return patterns.some((match) => covers(parsePattern(match), forge, path, number));
}

export function isExact(pattern: RepoPattern): boolean {
  return !pattern.path.includes('*');
}

function covers(pattern: RepoPattern, forge: string, path: string, number: number | undefined): boolean {
  if (pattern.forge !== forge) return false;
  if (pattern.number !== undefined && pattern.number !== number) return false;
  return globToRegExp(pattern.path).test(path);
}

function rankOf(pattern: RepoPattern): number {
  return (pattern.number === undefined ? 0 : 2) + (isExact(pattern) ? 1 : 0);
}

/** `*` stays within the owner or the name, `**` goes over the slash. */
function globToRegExp(glob: string): RegExp {
  const source = glob.replace(/\*\*|\*|[^\w*]/g, (part) => {
    if (part === '**') return '.*';
    return part === '*' ? '[^/]*' : `\\${part}`;
  });
  return new RegExp(`^${source}$`, 'i');
}
