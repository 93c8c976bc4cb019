// What is remembered of one POST to one hook, and how a copy of it is made.
import { randomUUID } from 'node:crypto';

export interface DeliveryRecord {
  readonly id: string;
  readonly event: string;
  readonly action: string | undefined;
  readonly hookId: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** `dropped` on purpose; `failed`: no answer. Any answer at all is `answered`. */
  state: 'waiting' | 'answered' | 'failed' | 'dropped';
  status: number | undefined;
  error: string | undefined;
  /** Id of the delivery whose bytes these are, when it is a copy. */
  readonly copyOf: string | undefined;
}

/** The same bytes and signature; a fresh id goes into every header that carried the old one. */
export function copyOf(original: DeliveryRecord, idOfCopy: 'same' | 'fresh'): DeliveryRecord {
  const id = idOfCopy === 'same' ? original.id : randomUUID();
  const headers = Object.fromEntries(
    Object.entries(original.headers).map(([name, value]) => [name, value === original.id ? id : value]),
  );
  return {
    ...original,
    id,
    headers,
    state: 'waiting',
    status: undefined,
    error: undefined,
    copyOf: original.id,
  };
}
