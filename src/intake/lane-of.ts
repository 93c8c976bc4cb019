// Which deliveries go one after the other: those of one issue; what belongs to none goes by itself.
import type { ForgeEvent } from '../domain/event.js';
import { issueKeyOf } from '../domain/refs.js';
import type { Delivery } from '../store/store.js';

export function laneOf(event: ForgeEvent, delivery: Delivery): string {
  switch (event.type) {
    case 'comment.created':
    case 'comment.edited':
    case 'comment.deleted':
    case 'labels.changed':
      return issueKeyOf(event.subject);
    case 'issue.opened':
      return issueKeyOf(event.issue.subject);
    case 'pr.opened':
    case 'pr.synchronized':
    case 'pr.closed':
    case 'pr.merged':
    case 'pr.reopened':
    case 'review.submitted':
      return issueKeyOf(event.pull.subject);
    case 'push':
    case 'ping':
    case 'ignored':
      return `other:${delivery.seq}`;
  }
}
