// Asks each forge of the config what our account may do there.
import type { Config } from '../../config/config.js';
import { createForges } from '../../forges/create.js';
import { listedOf } from '../../forges/listed.js';
import { describeRights } from '../../forges/rights.js';
import { describeError } from '../../support/errors.js';
import { silentLog } from '../../support/log.js';
import type { Masker } from '../../support/mask.js';

export interface OnlineLook {
  /** `work:acme/api`, or a forge that could not be asked. */
  readonly what: string;
  readonly ok: boolean;
  readonly said: string;
}

/** None is asked twice. Never rejects. */
export async function lookOnline(config: Config, masker: Masker): Promise<readonly OnlineLook[]> {
  const forges = createForges(() => config, { saw: async () => undefined, log: silentLog, masker });
  const looks = forges.names().map(async (name): Promise<OnlineLook[]> => {
    try {
      const rights = (await forges.get(name)?.rights(listedOf(config, name))) ?? [];
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
