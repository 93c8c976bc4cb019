// Reading a delivery's headers and body with suspicion: shared by the receivers.
import { z } from 'zod';
import type { ForgeEvent } from '../domain/event.js';
import { isRepoPath } from '../domain/refs.js';

type Ignored = Extract<ForgeEvent, { type: 'ignored' }>;

/** Ids of repositories, issues, comments: above zero. As strings, as everywhere in kugetsu. */
export const idOf = z.int().positive().transform(String);
/** Ids of accounts: Gitea's own system accounts are below zero. */
export const accountIdOf = z.int().transform(String);
export const numberOf = z.int().positive();
export const repoPathOf = z.string().refine(isRepoPath, 'is not an owner/name');
/** Forges write an empty text as "" or as null. */
export const textOf = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

export function ignored(reason: string): Ignored {
  return { type: 'ignored', reason };
}

/** `event.action` as people know it from the forge's settings page, for an event kugetsu does not act on. */
export function notActedOn(event: string, action: string | undefined): Ignored {
  return ignored(`kugetsu does not act on ${action === undefined ? event : `${event}.${action}`}`);
}

/** The JSON of a body, undefined when it has none. */
export function readJson(body: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(body) as unknown };
  } catch {
    return undefined;
  }
}

const WITH_ACTION = z.object({ action: z.string().regex(/^[a-z_-]{1,60}$/) });

export function actionOf(json: unknown): string | undefined {
  const read = WITH_ACTION.safeParse(json);
  return read.success ? read.data.action : undefined;
}

/** The event that `then` makes of a body that fits the schema of the event it claims to be; else ignored, saying where. */
export function translateAs<T>(
  schema: z.ZodType<T>,
  event: string,
  json: unknown,
  then: (payload: T) => ForgeEvent,
): ForgeEvent {
  const read = schema.safeParse(json);
  if (read.success) return then(read.data);
  const [first] = read.error.issues;
  const where = first === undefined || first.path.length === 0 ? 'the body' : first.path.join('.');
  return ignored(`not a valid ${event} delivery: ${where}: ${first?.message ?? 'unreadable'}`);
}

const DELIVERY_ID = /^[A-Za-z0-9-]{1,64}$/;
const EVENT_NAME = /^[a-z0-9_]{1,64}$/;

/** A header's value if it has the form that forges give it; anything else counts as missing. */
export function deliveryId(value: string | undefined): string | undefined {
  return value !== undefined && DELIVERY_ID.test(value) ? value : undefined;
}

export function eventName(value: string | undefined): string | undefined {
  return value !== undefined && EVENT_NAME.test(value) ? value : undefined;
}

/** True when a signature was sent at all; Gitea sends `sha256=` where the hook has no secret. */
export function isSigned(signature: string | undefined): boolean {
  return signature !== undefined && signature.replace(/^sha256=/, '') !== '';
}
