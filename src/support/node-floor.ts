// Is this Node new enough? Asked before anything else is loaded: on an older one SQLite's binary ends the process without a word.

/** The oldest Node that kugetsu runs on; `engines` in package.json says the same, held by a test. */
export const NODE_FLOOR = '22.14.0';

/**
 * A sentence that says what is needed and what to do; undefined when this Node will do.
 * @param version of the running Node, as in `process.versions.node`
 */
export function nodeProblem(version: string): string | undefined {
  if (!isOlder(version, NODE_FLOOR)) return undefined;
  return `this is Node ${version}, and kugetsu needs Node ${NODE_FLOOR} or newer. Install a newer one and start kugetsu with it (under systemd: name its folder first in the unit's PATH).`;
}

function isOlder(version: string, floor: string): boolean {
  const [mine, wanted] = [version, floor].map((text) =>
    text.split('.').map((part) => Number.parseInt(part, 10)),
  );
  for (const [place, least] of (wanted ?? []).entries()) {
    const part = mine?.[place] ?? 0;
    if (part !== least) return part < least;
  }
  return false;
}
