// Follows one turn through opencode's events: what to tell the caller, what to answer, and how the turn ended. Pure.
import type { AgentEvent, TurnOutcome } from '../agent.js';
import { failed, failureOf, isQuota, type OpencodeError } from './failures.js';
import type { Part, Payload, StepFinish, ToolPart } from './payloads.js';

export type Reaction =
  | { readonly type: 'emit'; readonly event: AgentEvent }
  | { readonly type: 'reject_permission'; readonly id: string }
  | { readonly type: 'reject_question'; readonly id: string };

export interface TurnState {
  readonly sessionId: string;
  /** This session and those of its sub-agents. */
  readonly family: Set<string>;
  readonly seen: Set<string>;
  readonly userMessages: Set<string>;
  /** Text of the newest answer, by part. */
  answer: { messageId: string; parts: Map<string, string> };
  busy: boolean;
  ended: boolean;
  finish: string | undefined;
  error: OpencodeError | undefined;
  gaveUp: TurnOutcome | undefined;
  readonly questions: string[];
  readonly refused: string[];
}

export interface Patience {
  /** How often opencode may ask its model again before the turn is given up. */
  readonly modelRetries: number;
  /** A model that asks for a longer wait than this is not waited for. */
  readonly longestWaitMs: number;
}

export function newTurn(sessionId: string): TurnState {
  return {
    sessionId,
    family: new Set([sessionId]),
    seen: new Set(),
    userMessages: new Set(),
    answer: { messageId: '', parts: new Map() },
    busy: false,
    ended: false,
    finish: undefined,
    error: undefined,
    gaveUp: undefined,
    questions: [],
    refused: [],
  };
}

/** Takes one event into the state. `now` is in milliseconds since the epoch. */
export function follow(state: TurnState, payload: Payload, patience: Patience, now: number): Reaction[] {
  const { type, properties } = payload;
  if (type === 'session.created') {
    const { id, parentID } = properties.info;
    if (parentID !== undefined && state.family.has(parentID)) state.family.add(id);
    return [];
  }
  const id = sessionOf(payload);
  if (id === undefined || !state.family.has(id)) return [];
  const own = id === state.sessionId;
  switch (type) {
    case 'session.error':
      // A sub-agent's failure is an answer to its parent, which goes on.
      if (own) state.error ??= properties.error;
      return [];
    case 'session.status':
      return own ? followStatus(state, properties.status, patience, now) : [];
    case 'message.updated':
      if (properties.info.role === 'user') state.userMessages.add(properties.info.id);
      return [];
    case 'message.part.updated':
      return followPart(state, properties.part, own);
    case 'message.part.delta':
      return emit({ type: 'heartbeat' });
    case 'todo.updated':
      return own ? emit(todosEvent(properties.todos)) : [];
    case 'permission.asked':
      state.refused.push([properties.permission, ...properties.patterns].join(' '));
      return [{ type: 'reject_permission', id: properties.id }];
    case 'question.asked':
    default: {
      const text = properties.questions.map(questionText).join('\n');
      state.questions.push(text);
      return [...emit({ type: 'question', text }), { type: 'reject_question', id: properties.id }];
    }
  }
}

/** How the turn ended. Success needs the model's own `stop`, no error, no question left open and no refused tool. */
export function outcomeOf(state: TurnState): TurnOutcome {
  if (state.gaveUp !== undefined) return state.gaveUp;
  if (state.error !== undefined) return failureOf(state.error);
  if (state.questions.length > 0) return { kind: 'needs_input', question: state.questions.join('\n') };
  if (state.refused.length > 0) {
    const list = [...new Set(state.refused)].slice(0, 5).join('; ').slice(0, 500);
    return failed('refused_tool', `opencode was refused a tool it wanted: ${list}`);
  }
  if (state.finish === 'stop')
    return { kind: 'done', text: [...state.answer.parts.values()].join('\n').trim() };
  if (state.finish === 'length') return failed('context', "the model's answer was cut at its output limit");
  return failed(
    'unknown',
    `opencode ended its turn without an answer (${state.finish ?? 'no step finished'})`,
  );
}

function sessionOf(payload: Exclude<Payload, { type: 'session.created' }>): string | undefined {
  if (payload.type === 'message.updated') return payload.properties.info.sessionID;
  if (payload.type === 'message.part.updated') return payload.properties.part.sessionID;
  return payload.properties.sessionID;
}

type Status = Extract<Payload, { type: 'session.status' }>['properties']['status'];

function followStatus(state: TurnState, status: Status, patience: Patience, now: number): Reaction[] {
  if (status.type === 'busy') state.busy = true;
  // Idle before it was ever busy is the session at rest before our prompt.
  if (status.type === 'idle') state.ended = state.busy || state.error !== undefined;
  if (status.type !== 'retry') return [];
  const farAway = status.next - now > patience.longestWaitMs;
  if (farAway || isQuota(status.message)) {
    const quota = failed('quota', `opencode: ${status.message}`);
    state.gaveUp = farAway ? { ...quota, resetAt: status.next } : quota;
    state.ended = true;
  } else if (status.attempt > patience.modelRetries) {
    state.gaveUp = failed(
      'overloaded',
      `opencode: the model failed ${status.attempt} times: ${status.message}`,
    );
    state.ended = true;
  }
  return emit({ type: 'retrying', reason: status.message });
}

function followPart(state: TurnState, part: Part, own: boolean): Reaction[] {
  if (state.userMessages.has(part.messageID)) return followCompaction(state, part);
  switch (part.type) {
    case 'step-start':
      if (own) state.finish = undefined;
      return [];
    case 'step-finish':
      if (!once(state, part.id)) return [];
      if (own) state.finish = part.reason;
      return emit(usageEvent(part));
    case 'tool':
      return followTool(state, part);
    case 'text':
      return own ? followText(state, part) : emit({ type: 'heartbeat' });
    case 'compaction':
    default:
      return followCompaction(state, part);
  }
}

/** opencode mends an overflow of the context itself: it reports the error, sums up what was said and goes on. */
function followCompaction(state: TurnState, part: Part): Reaction[] {
  if (part.type !== 'compaction' || state.error?.name !== 'ContextOverflowError') return [];
  // A second overflow comes from the summing up itself and stays.
  if (once(state, 'compaction')) state.error = undefined;
  return [];
}

function followText(state: TurnState, part: Extract<Part, { type: 'text' }>): Reaction[] {
  if (state.answer.messageId !== part.messageID)
    state.answer = { messageId: part.messageID, parts: new Map() };
  state.answer.parts.set(part.id, part.text);
  if (part.time === undefined || !once(state, part.id)) return emit({ type: 'heartbeat' });
  return part.text.trim() === '' ? [] : emit({ type: 'text', text: part.text });
}

function followTool(state: TurnState, { tool, callID, state: now }: ToolPart): Reaction[] {
  const key = `${callID} ${now.status}`;
  if (now.status === 'pending' || !once(state, key)) return emit({ type: 'heartbeat' });
  const title = now.title ?? titleOf(now.input) ?? tool;
  if (now.status === 'running') return emit({ type: 'tool', name: tool, title, state: 'start' });
  if (now.status === 'error' && isRefusal(now.error ?? '')) state.refused.push(`${tool} ${title}`);
  const exitCode = now.metadata?.exit ?? undefined;
  const ok = now.status === 'completed' && (exitCode ?? 0) === 0;
  const event = { type: 'tool', name: tool, title, state: ok ? 'ok' : 'error' } as const;
  return emit(exitCode === undefined ? event : { ...event, exitCode });
}

/** The sentences of opencode 1.18 for a rule that denies and for a permission that was turned down. */
function isRefusal(error: string): boolean {
  return /^The user has specified a rule which prevents|^The user rejected permission/.test(error);
}

function titleOf(input: Readonly<Record<string, unknown>>): string | undefined {
  const title = input['command'] ?? input['filePath'] ?? input['pattern'] ?? input['description'];
  return typeof title === 'string' ? title.slice(0, 200) : undefined;
}

function usageEvent({ tokens, cost }: StepFinish): AgentEvent {
  const inputTokens = tokens.input + tokens.cache.read + tokens.cache.write;
  return {
    type: 'usage',
    usage: { inputTokens, outputTokens: tokens.output + tokens.reasoning, costUsd: cost },
  };
}

function todosEvent(todos: readonly { content: string; status: string }[]): AgentEvent {
  const open = ['pending', 'in_progress'];
  return {
    type: 'todos',
    items: todos.map((todo) => ({ text: todo.content, done: !open.includes(todo.status) })),
  };
}

function questionText({
  question,
  options,
}: {
  question: string;
  options: readonly { label: string }[];
}): string {
  return options.length === 0 ? question : `${question} (${options.map(({ label }) => label).join(' / ')})`;
}

function once(state: TurnState, key: string): boolean {
  if (state.seen.has(key)) return false;
  state.seen.add(key);
  return true;
}

function emit(event: AgentEvent): Reaction[] {
  return [{ type: 'emit', event }];
}
