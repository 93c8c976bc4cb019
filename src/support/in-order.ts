// One after the other, by a key: what has another key does not wait.
import pLimit, { type LimitFunction } from 'p-limit';

export type InOrder = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export function createInOrder(): InOrder {
  const lanes = new Map<string, LimitFunction>();
  return async (key, work) => {
    const lane = lanes.get(key) ?? pLimit(1);
    lanes.set(key, lane);
    try {
      return await lane(work);
    } finally {
      // A lane that nobody waits in is forgotten; `activeCount` falls before this goes on.
      if (lane.activeCount + lane.pendingCount === 0 && lanes.get(key) === lane) lanes.delete(key);
    }
  };
}
