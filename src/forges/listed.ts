// Which repositories of the config a forge is asked about.
import type { Config } from '../config/config.js';
import { isExact, matchRepo, parsePattern } from '../config/match.js';
import type { Listed } from './rights.js';

export function listedOf(config: Config, forge: string): Listed {
  const rules = config.repos.map(({ match }) => parsePattern(match)).filter((rule) => rule.forge === forge);
  return {
    paths: rules.filter(isExact).map(({ path }) => path),
    patterns: rules.filter((rule) => !isExact(rule)).map(({ path }) => path),
    covers: (path) => matchRepo(config, forge, path) !== undefined,
  };
}
