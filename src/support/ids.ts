// Short names of tasks that people can read aloud and type.

/**
 * A task id like `T-2f9c`: lower-case hex.
 * @param random gives that many random bytes (`randomBytes` of node:crypto)
 * @param length hex characters; the caller asks for more when an id is taken
 */
export function newTaskId(random: (bytes: number) => Uint8Array, length = 4): string {
  const hex = Buffer.from(random(Math.ceil(length / 2))).toString('hex');
  return `T-${hex.slice(0, length)}`;
}
