// The destination of an order, as the forge of the config that it names.
import { forgeNameOf, type Order } from '../domain/order.js';
import { ForgeError, type Forge } from '../forges/forge.js';
import type { WorkDeps } from '../work/deps.js';

/** @throws ForgeError `gone`: it is refused, whatever is owed there */
export function forgeAt({ forges }: Pick<WorkDeps, 'forges'>, { destination }: Order): Forge {
  const name = forgeNameOf(destination);
  const forge = forges.get(name);
  if (forge === undefined) throw new ForgeError('gone', `the forge ${name} is no longer in the config`);
  return forge;
}
