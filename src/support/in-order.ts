// One after the other, by a key: what has another key does not wait.
import pLimit, { type LimitFunction } from 'p-limit';

/** Who waits or is at work, by key; empty where nobody does. */
export type InOrder = Map<string, LimitFunction>;

export async function inOrder<T>(lanes: InOrder, key: string, work: () => Promise<T>): Promise<T> {
  const lane = lanes.get(key) ?? pLimit(1);
  lanes.set(key, lane);
  try {
    return await lane(work);
  } finally {
    // A lane that nobody waits in is forgotten; `activeCount` falls before this goes on.
    if (lane.activeCount + lane.pendingCount === 0 && lanes.get(key) === lane) lanes.delete(key);
  }
}
