// Sends the bytes of a stored delivery again: as a person pressing "replay" does, or as a storm of copies.
import { copyOf } from './delivery-record.js';
import type { DeliveryRecord } from './delivery-record.js';
import { createPool, post } from './post.js';

export interface Replay {
  readonly id: string;
  readonly idOfCopies: 'same' | 'fresh';
  readonly times: number;
  readonly connections: number;
}

/** Sends a stored delivery's bytes again, so many times over so many TCP connections; answers how often each status came. */
export async function replay(records: DeliveryRecord[], wanted: Replay): Promise<Record<string, number>> {
  const original = records.find((one) => one.id === wanted.id);
  if (original === undefined) throw new Error(`no delivery ${wanted.id}`);
  const pool = createPool(wanted.connections);
  const counts: Record<string, number> = {};
  const copies = Array.from({ length: wanted.times }, () => copyOf(original, wanted.idOfCopies));
  records.push(...copies);
  await Promise.all(
    copies.map(async (copy) => {
      const answer = await post(copy, { timeoutMs: 10_000, pool });
      copy.state = answer.status === undefined ? 'failed' : 'answered';
      copy.status = answer.status;
      copy.error = answer.error;
      const key = String(answer.status ?? answer.error ?? 'failed');
      counts[key] = (counts[key] ?? 0) + 1;
    }),
  );
  pool.destroy();
  return counts;
}
