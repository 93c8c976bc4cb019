// What our account lacks at each forge, said once in the log, and again only when it has changed.
import { describeRights, type RepoRights } from '../forges/rights.js';
import type { Log } from '../support/log.js';

export interface RightsSeen {
  /** Says what is missing, one line per repository, and says it again only when it has changed. How many lack something. */
  readonly note: (forge: string, rights: readonly RepoRights[]) => number;
  /** Sentences without names of repositories: strangers may read them. */
  readonly missing: () => readonly string[];
}

export function createRightsSeen(log: Pick<Log, 'info' | 'warn'>): RightsSeen {
  const lacking = new Map<string, number>();
  const said = new Map<string, string>();
  return {
    note(forge, rights) {
      const lacks = rights.filter(({ missing }) => missing.length > 0);
      const before = lacking.get(forge) ?? 0;
      lacking.set(forge, lacks.length);
      for (const one of lacks) {
        const missing = describeRights(one);
        const key = `${forge}:${one.path}`;
        if (said.get(key) !== missing) log.warn('forge.rights', { forge, repo: one.path, missing });
        said.set(key, missing);
      }
      if (before > 0 && lacks.length === 0)
        log.info('forge.rights', { forge, note: 'nothing is missing any more' });
      return lacks.length;
    },
    missing: () =>
      [...lacking]
        .filter(([, count]) => count > 0)
        .map(([forge, count]) => {
          const where = count === 1 ? '1 repository' : `${count} repositories`;
          return `${forge}: rights are missing in ${where}; forge.rights in the log and \`kugetsu config check --online\` say which`;
        }),
  };
}
