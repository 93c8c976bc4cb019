// Which deliveries go one after the other: those of one issue; what belongs to none goes by itself.
import { subjectOf, type ForgeEvent } from '../../domain/event.js';
import { issueKeyOf } from '../../domain/refs.js';
import type { Delivery } from '../../store/inbox.js';

export function laneOf(event: ForgeEvent, delivery: Delivery): string {
  const subject = subjectOf(event);
  return subject === undefined ? `other:${delivery.seq}` : issueKeyOf(subject);
}
