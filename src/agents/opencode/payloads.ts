// The events of opencode's `/global/event` that matter, parsed tolerantly: an unknown one is skipped, never a fault.
import { z } from 'zod';

const tokens = z.object({
  input: z.number(),
  output: z.number(),
  reasoning: z.number().default(0),
  cache: z.object({ read: z.number(), write: z.number() }).default({ read: 0, write: 0 }),
});

const toolState = z.object({
  status: z.enum(['pending', 'running', 'completed', 'error']),
  title: z.string().optional(),
  error: z.string().optional(),
  input: z.record(z.string(), z.unknown()).default({}),
  metadata: z.object({ exit: z.number().nullish() }).optional(),
});

const partBase = { id: z.string(), messageID: z.string(), sessionID: z.string() };

const part = z.discriminatedUnion('type', [
  z.object({
    ...partBase,
    type: z.literal('text'),
    text: z.string(),
    time: z.object({ end: z.number() }).optional().catch(undefined),
  }),
  z.object({ ...partBase, type: z.literal('tool'), tool: z.string(), callID: z.string(), state: toolState }),
  z.object({ ...partBase, type: z.literal('step-start') }),
  z.object({ ...partBase, type: z.literal('step-finish'), reason: z.string(), tokens, cost: z.number() }),
  z.object({ ...partBase, type: z.literal('compaction') }),
]);

const status = z.discriminatedUnion('type', [
  z.object({ type: z.literal('idle') }),
  z.object({ type: z.literal('busy') }),
  z.object({ type: z.literal('retry'), attempt: z.number(), message: z.string(), next: z.number() }),
]);

const error = z.object({
  name: z.string(),
  data: z
    .object({ message: z.string().optional(), statusCode: z.number().optional() })
    .optional()
    .catch(undefined),
});

const sessionID = z.string();

const payload = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('session.created'),
    properties: z.object({ info: z.object({ id: z.string(), parentID: z.string().optional() }) }),
  }),
  z.object({ type: z.literal('session.status'), properties: z.object({ sessionID, status }) }),
  z.object({
    type: z.literal('session.error'),
    properties: z.object({ sessionID: sessionID.optional(), error }),
  }),
  z.object({
    type: z.literal('message.updated'),
    properties: z.object({ info: z.object({ id: z.string(), role: z.string(), sessionID }) }),
  }),
  z.object({ type: z.literal('message.part.updated'), properties: z.object({ part }) }),
  z.object({ type: z.literal('message.part.delta'), properties: z.object({ sessionID }) }),
  z.object({
    type: z.literal('todo.updated'),
    properties: z.object({
      sessionID,
      todos: z.array(z.object({ content: z.string(), status: z.string() })),
    }),
  }),
  z.object({
    type: z.literal('permission.asked'),
    properties: z.object({
      id: z.string(),
      sessionID,
      permission: z.string(),
      patterns: z.array(z.string()).default([]),
    }),
  }),
  z.object({
    type: z.literal('question.asked'),
    properties: z.object({
      id: z.string(),
      sessionID,
      questions: z.array(
        z.object({ question: z.string(), options: z.array(z.object({ label: z.string() })).default([]) }),
      ),
    }),
  }),
]);

export type Payload = z.infer<typeof payload>;
export type Part = z.infer<typeof part>;
export type ToolPart = Extract<Part, { type: 'tool' }>;
export type StepFinish = Extract<Part, { type: 'step-finish' }>;

/** The data of one server-sent event; undefined for what is no JSON, of another shape or of no interest. */
export function parsePayload(data: string): Payload | undefined {
  const envelope = z.object({ payload: z.unknown() }).safeParse(parseJson(data));
  const parsed = payload.safeParse(envelope.data?.payload);
  return parsed.success ? parsed.data : undefined;
}

function parseJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
