// What our own account lacks for its work in the listed repositories, in words. The adapters ask, this says.

/** What kugetsu needs in a repository, in the order in which people should look. */
export type Right = 'see' | 'read' | 'write' | 'ask permissions';

export interface MissingRight {
  readonly right: Right;
  /** What to do about it, a sentence without a stop at its end. */
  readonly fix: string;
}

export interface RepoRights {
  /** `owner/name` as the forge writes it, or as it is listed where the forge shows none. */
  readonly path: string;
  /** Empty: everything that the forge tells without being written to is there. */
  readonly missing: readonly MissingRight[];
}

export interface Listed {
  /** `owner/name` of those that are listed by name. */
  readonly paths: readonly string[];
  /** The rules with `*`. */
  readonly patterns: readonly string[];
  /** Does one of those rules cover this repository? */
  readonly covers: (path: string) => boolean;
}

/** `may read, write, ask permissions`, or `may not write: Make …` for each right that is missing. */
export function describeRights({ missing }: RepoRights): string {
  if (missing.length === 0) return 'may read, write, ask permissions';
  return missing.map(({ right, fix }) => `may not ${right}: ${fix}`).join('; ');
}

/** What to ask about, each once: those listed by name, then those that a rule with `*` covers among the seen ones. */
export function toAsk({ paths, patterns, covers }: Listed, seen: readonly string[]) {
  const covered = seen.filter(covers);
  const byKey = new Map([...covered, ...paths].map((path) => [path.toLowerCase(), path]));
  // Where nothing is seen the rules themselves are spoken of.
  return { paths: [...byKey.values()], inVain: covered.length === 0 ? patterns : [] };
}
