// With which code a forge refuses.
import { ForgeError } from '../../../src/forges/forge.js';

/** The code of the ForgeError; anything else that is thrown is thrown on, and success is an error. */
export async function refused(work: Promise<unknown>): Promise<string> {
  return (await refusal(work)).code;
}

export async function refusal(work: Promise<unknown>): Promise<ForgeError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ForgeError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
