// The hidden mark by which kugetsu finds its own comments again. Keyed: a copied or made-up mark does not pass for ours.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { hashRef, type SubjectRef } from '../domain/refs.js';

export type MarkKind = 'report' | 'final' | 'reply' | 'pull';

export interface Marker {
  /** `<!-- kugetsu:report task=T-2f9c v1 mac=… -->`; bound to the issue, so that it is worth nothing elsewhere. */
  make(kind: MarkKind, id: string, subject: SubjectRef): string;
  /** Is this very mark in the text? Who wrote the text is the caller's to check. */
  isIn(text: string, kind: MarkKind, id: string, subject: SubjectRef): boolean;
}

const MARK = /<!-- kugetsu:(\w+) (?:task|key)=(\S{1,300}) v1 mac=([0-9a-f]{32}) -->/g;

export function createMarker(key: Uint8Array): Marker {
  function macOf(kind: MarkKind, id: string, subject: SubjectRef): string {
    const said = [kind, id, subject.repo.forge, subject.repo.id, hashRef(subject)].join('\n');
    return createHmac('sha256', key).update(said).digest('hex').slice(0, 32);
  }
  return {
    make: (kind, id, subject) =>
      `<!-- kugetsu:${kind} ${kind === 'reply' ? 'key' : 'task'}=${id} v1 mac=${macOf(kind, id, subject)} -->`,
    isIn(text, kind, id, subject) {
      const expected = Buffer.from(macOf(kind, id, subject));
      for (const [, foundKind, foundId, mac] of text.matchAll(MARK)) {
        if (foundKind !== kind || foundId !== id || mac === undefined) continue;
        if (timingSafeEqual(Buffer.from(mac), expected)) return true;
      }
      return false;
    },
  };
}
