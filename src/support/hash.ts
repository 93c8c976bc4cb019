// One name for the one hash that is used for content keys and versions of text.
import { createHash } from 'node:crypto';

/** Lower-case hex, 64 characters. */
export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}
