// What became of something asked: data, the same for every door. Words for it are in the room `words`.
import { z } from 'zod';

const taskId = z.string().meta({ description: 'Short name of a task.', examples: ['T-2f9c'] });

/** Why a queued task does not run yet. */
export const waitsFor = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('slot') }),
  z.object({ kind: z.literal('task'), task: taskId.optional() }),
  z.object({
    kind: z.enum(['attempt', 'forge']),
    until: z.number().meta({ description: 'Milliseconds since the epoch.' }),
    since: z.number().optional(),
    why: z.string().optional(),
  }),
]);

export const taskState = z.enum([
  'ready',
  'waiting',
  'delayed',
  'running',
  'reporting',
  'needs_input',
  'done',
  'failed',
  'cancelled',
]);
export const sessionState = z.enum(['idle', 'running', 'waiting', 'timeout', 'closed', 'reaped']);
export const sessionPull = z.object({
  number: z.number().int(),
  url: z.string(),
  state: z.enum(['open', 'closed', 'merged']),
});

/** A task as status and queue tell it. */
export const taskLine = z.object({
  task: taskId,
  subject: z.string().meta({ description: 'FORGE:OWNER/NAME#14, or #-name.' }),
  state: taskState,
  place: z
    .number()
    .int()
    .optional()
    .meta({ description: 'From 1, over the whole queue; only while queued.' }),
  waitsFor: waitsFor.optional(),
  attempts: z.number().int(),
  startedAt: z.number().optional().meta({ description: 'Milliseconds since the epoch.' }),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number(), costUsd: z.number() }).optional(),
});

export const sessionLine = z.object({
  session: z.string(),
  state: sessionState,
  agent: z.string(),
  turns: z.number().int(),
  leaving: z.boolean().meta({ description: 'It is being removed.' }),
  branch: z.string().optional(),
  pull: sessionPull.optional(),
});

/** Why something was not done: a code for programs, and the facts that the words need. */
export const refusal = z.discriminatedUnion('code', [
  z.object({ code: z.literal('not_allowed'), verb: z.string() }),
  z.object({ code: z.literal('unknown_verb'), near: z.string().optional() }),
  z.object({
    code: z.literal('bad_arguments'),
    problem: z.string().meta({ description: 'A sentence of Markdown.' }),
  }),
  z.object({ code: z.literal('too_long') }),
  z.object({ code: z.literal('not_built'), verb: z.string() }),
  z.object({ code: z.literal('no_such_subject'), subject: z.string() }),
  z.object({ code: z.literal('not_listed'), subject: z.string() }),
  z.object({ code: z.literal('closed'), what: z.enum(['issue', 'pull request']) }),
  z.object({ code: z.literal('no_such_agent'), agents: z.array(z.string()), near: z.string().optional() }),
  z.object({ code: z.literal('no_model_name') }),
  z.object({ code: z.literal('no_branch_name') }),
  z.object({ code: z.literal('no_session') }),
  z.object({ code: z.literal('no_session_to_bind') }),
  z.object({ code: z.literal('no_question') }),
  z.object({ code: z.literal('still_under_way'), task: taskId }),
  z.object({ code: z.literal('nothing_failed') }),
  z.object({ code: z.literal('no_pull_named') }),
  z.object({ code: z.literal('bound_elsewhere'), pull: z.number().int(), subject: z.string() }),
  z.object({ code: z.literal('tasks_live'), tasks: z.array(taskId) }),
  z.object({ code: z.literal('pull_open'), pull: z.number().int() }),
  z.object({ code: z.literal('unpushed'), commit: z.string() }),
  z.object({ code: z.literal('stuck') }),
  z.object({
    code: z.literal('forge_refused'),
    verb: z.string(),
    because: z.enum(['not_found', 'forbidden', 'invalid']),
    fix: z.string().optional(),
  }),
]);

export const result = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('queued'),
    task: taskId,
    session: z.string(),
    place: z.number().int().meta({ description: 'From 1, over the whole queue.' }),
    waitsFor: waitsFor.optional(),
    how: z.enum(['first', 'continues', 'afresh', 'follow_up', 'again']),
  }),
  z.object({ kind: z.literal('stopped'), tasks: z.array(taskId) }),
  z.object({ kind: z.literal('leaving'), session: z.string(), tasks: z.array(taskId) }),
  z.object({ kind: z.literal('bound'), pull: z.number().int(), ours: z.boolean() }),
  z.object({
    kind: z.literal('status'),
    tasks: z.array(taskLine),
    question: taskId.optional().meta({ description: 'The task whose agent asked something.' }),
    session: sessionLine.optional(),
    now: z.number(),
  }),
  z.object({
    kind: z.literal('queue'),
    tasks: z.array(taskLine),
    more: z.number().int().meta({ description: 'Of the same repository, beyond those listed.' }),
    elsewhere: z.number().int().meta({ description: 'Of other repositories.' }),
    now: z.number(),
  }),
  z.object({
    kind: z.literal('help'),
    verbs: z.array(
      z.object({
        name: z.string(),
        usage: z.string(),
        summary: z.string(),
        audience: z.enum(['reader', 'trigger', 'admin']),
        flags: z.array(z.object({ name: z.string(), value: z.string().optional() })),
      }),
    ),
  }),
  z.object({
    kind: z.literal('nothing'),
    code: z.enum(['nothing_to_stop', 'nothing_to_destroy', 'done_before']),
  }),
  z.object({ kind: z.literal('refused'), refusal }),
]);

export type WaitsFor = z.infer<typeof waitsFor>;
export type TaskLine = z.infer<typeof taskLine>;
export type SessionLine = z.infer<typeof sessionLine>;
export type Refusal = z.infer<typeof refusal>;
export type Result = z.infer<typeof result>;
