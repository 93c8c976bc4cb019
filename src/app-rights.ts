// Composition, rights: which repositories of the config each forge is asked about, and what is said of the answers.
import { connect } from './app-forges.js';
import type { Config } from './config/config.js';
import { isExact, matchRepo, parsePattern } from './config/match.js';
import { describeRights, type Listed, type RepoRights } from './forges/rights.js';
import type { OnlineLook } from './cli/command.js';
import { describeError } from './support/errors.js';
import { silentLog, type Log } from './support/log.js';
import type { Masker } from './support/mask.js';

export function listedOf(config: Config, forge: string): Listed {
  const rules = config.repos.map(({ match }) => parsePattern(match)).filter((rule) => rule.forge === forge);
  return {
    paths: rules.filter(isExact).map(({ path }) => path),
    patterns: rules.filter((rule) => !isExact(rule)).map(({ path }) => path),
    covers: (path) => matchRepo(config, forge, path) !== undefined,
  };
}

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

/** For the command line: every forge of the config is asked, none twice. */
export async function lookOnline(config: Config, masker: Masker): Promise<readonly OnlineLook[]> {
  const connections = connect(config, { saw: async () => undefined }, silentLog, masker);
  const looks = [...connections].map(async ([name, { forge }]): Promise<OnlineLook[]> => {
    try {
      const rights = await forge.rights(listedOf(config, name));
      return rights.map((one) => ({
        what: `${name}:${one.path}`,
        ok: one.missing.length === 0,
        said: describeRights(one),
      }));
    } catch (error) {
      return [{ what: name, ok: false, said: `could not be asked: ${describeError(error)}` }];
    }
  });
  return (await Promise.all(looks)).flat();
}
