// Compares what was recorded from a real Gitea with what the practice forge said: names and JSON types, not values.

/** One line per difference. A null on either side fits anything. */
export function differences(recorded: unknown, said: unknown, at = ''): string[] {
  if (recorded === null || said === null) return [];
  const [left, right] = [typeName(recorded), typeName(said)];
  if (left !== right) return [`${at}: recorded ${left}, said ${right}`];
  if (Array.isArray(recorded) && Array.isArray(said)) {
    if (recorded.length !== said.length)
      return [`${at}: recorded ${recorded.length} items, said ${said.length}`];
    return recorded
      .slice(0, said.length)
      .flatMap((item, index) => differences(item, said[index], `${at}[${index}]`));
  }
  if (isRecord(recorded) && isRecord(said)) return keysOf(recorded, said, at);
  return [];
}

function keysOf(recorded: Record<string, unknown>, said: Record<string, unknown>, at: string): string[] {
  const names = new Set([...Object.keys(recorded), ...Object.keys(said)]);
  return [...names].flatMap((name) => {
    const path = `${at}.${name}`;
    if (!(name in said)) return [`${path}: recorded, not said`];
    if (!(name in recorded)) return [`${path}: said, not recorded`];
    return differences(recorded[name], said[name], path);
  });
}

function typeName(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field by path (`issue.labels`); undefined when it is not there. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((here, key) => (isRecord(here) ? here[key] : undefined), value);
}
