// One line of a command agent's output → an event. Whatever is not an event of a known type is text. Pure.
import { z } from 'zod';
import type { AgentEvent } from '../agent.js';

const count = z.number().nonnegative().finite();

/** It comes back in an environment variable: none that no program could be started with. */
const sessionId = z
  .string()
  .max(200)
  .regex(/^\P{C}+$/u);

const eventLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session'), id: sessionId }),
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.literal('tool'),
    name: z.string(),
    title: z.string().default(''),
    state: z.enum(['start', 'ok', 'error']).default('ok'),
    exitCode: z.number().int().optional(),
  }),
  z.object({
    type: z.literal('todos'),
    items: z.array(z.object({ text: z.string(), done: z.boolean() })).max(200),
  }),
  z.object({
    type: z.literal('usage'),
    inputTokens: count.default(0),
    outputTokens: count.default(0),
    costUsd: count.default(0),
  }),
  z.object({ type: z.literal('question'), text: z.string().min(1) }),
  z.object({ type: z.literal('summary'), text: z.string() }),
]);

/** The event of a line such as `{"type":"summary","text":"…"}`; undefined when the line is plain text. */
export function parseEventLine(line: string): AgentEvent | undefined {
  const parsed = eventLine.safeParse(parseObject(line));
  if (!parsed.success) return undefined;
  const event = parsed.data;
  switch (event.type) {
    case 'usage': {
      const { inputTokens, outputTokens, costUsd } = event;
      return { type: 'usage', usage: { inputTokens, outputTokens, costUsd } };
    }
    case 'tool': {
      const { exitCode, ...tool } = event;
      return exitCode === undefined ? tool : { ...tool, exitCode };
    }
    default:
      return event;
  }
}

function parseObject(line: string): unknown {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
