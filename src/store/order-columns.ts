// An order as a database keeps it, and back: read through its schema once, here. Pure.
import { z } from 'zod';
import { orderSchema, type Order } from '../domain/order.js';
import type { UnreadableOrder } from './orders.js';

export interface OrderColumns {
  readonly issueKey: string;
  readonly destination: string;
  readonly kind: string;
  /** JSON of everything else. */
  readonly payload: string;
}

export function columnsOf({ issueKey, destination, kind, ...payload }: Order): OrderColumns {
  return { issueKey, destination, kind, payload: JSON.stringify(payload) };
}

/** What an older, a newer or a broken version wrote may be no order: that is a value, for its reader to give up. */
export function orderIn({ payload, ...where }: OrderColumns): Order | UnreadableOrder {
  const read = orderSchema.safeParse({ ...fieldsIn(payload), ...where });
  if (read.success) return read.data;
  const { issueKey, destination, kind: was } = where;
  return { kind: 'unreadable', issueKey, destination, was, why: z.prettifyError(read.error) };
}

/** Nothing where there is none: then the schema says what is missing. */
function fieldsIn(payload: string): object {
  try {
    const parsed: unknown = JSON.parse(payload);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
