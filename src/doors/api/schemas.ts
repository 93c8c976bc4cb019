// What the API answers about work, as schemas: the description, the client's types and the checks come from them.
import { z } from 'zod';
import { result, sessionPull, sessionState, taskState, waitsFor } from '../../domain/result.js';

export const time = z.number().int().meta({ description: 'Milliseconds since the epoch.' });
export const subject = z.string().meta({
  description: 'FORGE:OWNER/NAME#14, or #-name for a discussion.',
  examples: ['work:acme/api#14'],
});
const usage = {
  inputTokens: z.number(),
  outputTokens: z.number(),
  costUsd: z.number(),
};

const outcome = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('done'),
      result: z.enum(['pull_request', 'no_changes', 'answered']),
      summary: z.string(),
    }),
    z.object({ kind: z.literal('needs_input'), question: z.string() }),
    z.object({
      kind: z.literal('failed'),
      cause: z.string(),
      message: z.string(),
      resetAt: time.optional(),
    }),
    z.object({ kind: z.literal('cancelled'), by: z.string() }),
    z.object({ kind: z.literal('folded'), into: z.string() }),
  ])
  .meta({ id: 'Outcome', description: 'How a task ended.' });

export const taskAnswer = z
  .object({
    task: z.string().meta({ examples: ['T-2f9c'] }),
    subject,
    session: z.string(),
    verb: z.string(),
    state: taskState,
    by: z.string().meta({ description: 'Who asked.' }),
    message: z.string(),
    options: z.record(z.string(), z.unknown()),
    priority: z.number().int(),
    attempts: z.number().int(),
    waitsFor: waitsFor.optional(),
    createdAt: time,
    startedAt: time.optional(),
    endedAt: time.optional(),
    progress: z
      .object({
        todos: z.array(z.object({ text: z.string(), done: z.boolean() })),
        lastTool: z.string().optional(),
        lastText: z.string().optional(),
        ...usage,
      })
      .optional(),
    outcome: outcome.optional(),
  })
  .meta({ id: 'Task', description: 'One piece of agent work on one issue.' });

export const queuedAnswer = taskAnswer
  .extend({ place: z.number().int().meta({ description: 'From 1, over the whole queue.' }) })
  .meta({ id: 'QueuedTask', description: 'A task that waits.' });

export const runAnswer = z
  .object({
    run: z.string(),
    task: z.string(),
    subject,
    attempt: z.number().int(),
    startedAt: time,
    endedAt: time.optional(),
    ended: z.string().optional().meta({ description: 'One line: how it ended.' }),
    evidence: z
      .object({
        agent: z.string(),
        model: z.string().optional(),
        agentVersion: z.string().optional(),
        sandbox: z.string(),
        tools: z.array(
          z.object({
            name: z.string(),
            title: z.string(),
            exitCode: z.number().int().optional(),
            ok: z.boolean(),
          }),
        ),
        durationMs: z.number(),
        ...usage,
      })
      .optional(),
  })
  .meta({ id: 'Run', description: 'One attempt at a task.' });

export const sessionAnswer = z
  .object({
    session: z.string(),
    subject,
    state: sessionState,
    agent: z.string(),
    model: z.string().optional(),
    branch: z.string().optional(),
    baseBranch: z.string().optional(),
    headSha: z.string().optional(),
    pushedSha: z.string().optional(),
    pull: sessionPull.optional(),
    turns: z.number().int(),
    summary: z.string().optional(),
    leaving: z.boolean().meta({ description: 'It is being removed.' }),
    createdAt: time,
    usedAt: time,
  })
  .meta({ id: 'Session', description: 'What lasts between the tasks of an issue.' });

export const deliveryAnswer = z
  .object({
    delivery: z.number().int().meta({ description: 'Grows in the order of arrival.' }),
    forge: z.string(),
    id: z.string().meta({ description: 'As the forge names it.' }),
    event: z.string(),
    receivedAt: time,
    attempts: z.number().int(),
    result: z.enum(['handled', 'ignored', 'refused', 'duplicate', 'failed']).optional(),
    note: z.string().optional().meta({ description: 'What became of it, or why it waits.' }),
  })
  .meta({ id: 'Delivery', description: 'One webhook request, without its headers and body.' });

export const orderAnswer = z
  .object({
    order: z.number().int(),
    subject,
    destination: z.string().meta({ description: 'Where it goes.', examples: ['forge:work'] }),
    kind: z.string(),
    state: z.string().meta({ description: 'pending, sent, dead (given up).' }),
    attempts: z.number().int(),
    createdAt: time,
    runAt: time,
    sentAt: time.optional(),
    givenUpAt: time.optional(),
    why: z.string().optional(),
  })
  .meta({ id: 'Order', description: 'What is still to be said or done elsewhere, or was.' });

export const askedAnswer = z
  .object({
    result: result.meta({ id: 'Result', description: 'What became of it.' }),
    note: z.string().meta({ description: 'One sentence for the log.' }),
    again: z.boolean().meta({ description: 'It was carried out before: this is what became of it then.' }),
  })
  .meta({ id: 'Asked' });
