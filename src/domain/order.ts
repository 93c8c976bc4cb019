// What has to be said or done elsewhere, as data: a kind with what it needs, where to, and what names it for good. Pure.
import { z } from 'zod';
import { issueKeyOf, type IssueRef, type SubjectRef } from './refs.js';
import type { Task } from './task.js';

const subject = z.object({
  repo: z.object({ forge: z.string(), id: z.string(), path: z.string() }),
  number: z.number().int(),
});

const reaction = z.enum(['eyes', 'rocket', 'confused']);

const common = {
  /** Of the issue that it belongs to: orders of one issue go out in order at each destination. */
  issueKey: z.string(),
  /** Where it is said or done: a forge of the config, `forge:work`. */
  destination: z.templateLiteral(['forge:', z.string().min(1)]),
};

export const orderSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('reaction'),
    ...common,
    subject,
    commentId: z.string(),
    reaction,
    /** Whose end it tells; without one it says that the comment was read. */
    taskId: z.string().optional(),
  }),
  /** The report of a task is to be written again from its present state. */
  z.object({ kind: z.literal('report'), ...common, taskId: z.string() }),
  z.object({
    kind: z.literal('publish'),
    ...common,
    taskId: z.string(),
    sessionId: z.string(),
    /** The commit. */
    tip: z.string(),
    draft: z.boolean().default(false),
  }),
  z.object({
    kind: z.literal('final'),
    ...common,
    taskId: z.string(),
    /** Tasks that the same command ended with it: they leave `reporting` together. */
    also: z.array(z.string()).default([]),
  }),
  z.object({
    kind: z.literal('reply'),
    ...common,
    subject,
    /** Names what is answered for good. */
    key: z.string(),
    /** Markdown of ours. */
    body: z.string(),
    /** The command as it was typed; '' where no single one is answered. */
    answers: z.string().default(''),
  }),
]);

export type Order = Readonly<z.infer<typeof orderSchema>>;
export type OrderKind = Order['kind'];
export type OrderOf<K extends OrderKind> = Extract<Order, { readonly kind: K }>;
export type Destination = Order['destination'];
export type Reaction = z.infer<typeof reaction>;

export const ORDER_KINDS: readonly OrderKind[] = orderSchema.options.map(({ shape }) => shape.kind.value);

type OfTask = Pick<Task, 'id' | 'issueKey' | 'subject'>;

export function reactionTo(
  to: IssueRef,
  on: { readonly commentId: string; readonly reaction: Reaction; readonly taskId?: string },
): OrderOf<'reaction'> {
  return { kind: 'reaction', issueKey: issueKeyOf(to), destination: destinationOf(to), subject: to, ...on };
}

export function reportOf({ id, issueKey, subject: of }: OfTask): OrderOf<'report'> {
  return { kind: 'report', issueKey, destination: destinationOf(of), taskId: id };
}

export function publishOf(
  { id, issueKey, subject: of }: OfTask,
  work: { readonly sessionId: string; readonly tip: string; readonly draft: boolean },
): OrderOf<'publish'> {
  return { kind: 'publish', issueKey, destination: destinationOf(of), taskId: id, ...work };
}

export function finalOf(
  { id, issueKey, subject: of }: OfTask,
  also: readonly Pick<Task, 'id'>[] = [],
): OrderOf<'final'> {
  const ids = also.map((task) => task.id);
  return { kind: 'final', issueKey, destination: destinationOf(of), taskId: id, also: ids };
}

export function replyTo(
  to: IssueRef,
  say: { readonly key: string; readonly body: string; readonly answers?: string },
): OrderOf<'reply'> {
  const where = { issueKey: issueKeyOf(to), destination: destinationOf(to) };
  return { kind: 'reply', ...where, subject: to, answers: '', ...say };
}

function destinationOf({ repo }: SubjectRef): Destination {
  return `forge:${repo.forge}`;
}

/** The name in the config. */
export function forgeNameOf(destination: Destination): string {
  return destination.slice('forge:'.length);
}

/** The same for what is to be said once, or to be kept up to date in one place. */
export function uniqueKeyOf(order: Order): string {
  return `${order.destination} ${nameOf(order)}`;
}

function nameOf(order: Order): string {
  switch (order.kind) {
    case 'reaction': {
      const { subject: to, commentId, taskId } = order;
      const end = taskId === undefined ? '' : `:${taskId}`;
      return `reaction:${to.repo.forge}:${commentId}:${order.reaction}${end}`;
    }
    case 'report':
    case 'publish':
    case 'final':
      return `${order.kind}:${order.taskId}`;
    case 'reply':
      return `reply:${order.key}`;
  }
}

/** Is it to be done once more when it was done already? */
export function isDoneAgain({ kind }: Order): boolean {
  switch (kind) {
    case 'report':
      return true;
    case 'reaction':
    case 'publish':
    case 'final':
    case 'reply':
      return false;
  }
}

/** What goes one after the other: one issue at one destination. */
export function laneOf(order: { readonly issueKey: string; readonly destination: string }): string {
  return `${order.issueKey} ${order.destination}`;
}
