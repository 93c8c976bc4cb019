// Text from the forge on its way into a prompt: hidden characters removed, cut, between marks nobody can guess.
import { randomBytes } from 'node:crypto';
import { fenceUntrusted } from '../text/fence.js';
import { visible } from '../text/visible.js';

const MOST_CHARS = 60_000;

export function untrusted(label: string, text: string): string {
  const clean = visible(text).text;
  const cut = clean.length > MOST_CHARS ? `${clean.slice(0, MOST_CHARS)}\n(the rest is left out)` : clean;
  return fenceUntrusted(cut, label, randomBytes(8).toString('hex'));
}
