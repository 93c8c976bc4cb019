// What agents must not see of the server's own, and what the config shows them.
import type { Config } from '../config/config.js';
import { tempFolder, type HomePaths } from '../config/home.js';
import type { Places } from './exposure.js';

export function placesOf(config: Config, paths: HomePaths): Places {
  const { home, ...inside } = paths;
  return {
    hidden: [
      { folder: home, variable: 'KUGETSU_HOME' },
      { folder: tempFolder(config), variable: 'KUGETSU_TEMP_DIR' },
    ],
    closed: Object.values(inside),
    shown: Object.values(config.agents).flatMap((agent) => agent.readOnly),
  };
}
