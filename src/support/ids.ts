// Names of our own things: long ones for programs, short ones of tasks that people can read aloud and type.
import { randomBytes } from 'node:crypto';

/** Sixteen hex digits. */
export function newId(): string {
  return randomBytes(8).toString('hex');
}

/**
 * A task id like `T-2f9c`: lower-case hex.
 * @param random gives that many random bytes (`randomBytes` of node:crypto)
 * @param length hex characters; the caller asks for more when an id is taken
 */
export function newTaskId(random: (bytes: number) => Uint8Array, length = 4): string {
  const hex = Buffer.from(random(Math.ceil(length / 2))).toString('hex');
  return `T-${hex.slice(0, length)}`;
}
