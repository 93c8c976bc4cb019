// What one turn of a command agent has said so far: its events, handed on, and what its outcome needs of them.
import type { AgentEvent } from '../agent.js';
import { parseEventLine } from './event-line.js';

export interface Transcript {
  readonly addLines: (lines: readonly string[]) => void;
  readonly addText: (text: string) => void;
  /** Any sign of life; heard at most once a second, so that a flood stays cheap. */
  readonly beat: () => void;
  readonly question: () => string | undefined;
  /** The summary if one was given, else the last text, cut. */
  readonly text: () => string;
}

const keptTextChars = 2_000;
const beatMs = 1_000;

/** `onSession` is told the agent's own session id when it names one. */
export function createTranscript(
  onEvent: (event: AgentEvent) => void,
  onSession: (id: string) => void,
): Transcript {
  let question: string | undefined;
  let summary: string | undefined;
  let said = '';
  /** Plain lines arrive in pieces of any length: those with no event between them are one text. */
  let isPlain = false;
  let beatAt = 0;

  function emit(event: AgentEvent): void {
    if (event.type === 'question') question = event.text;
    if (event.type === 'summary') summary = event.text;
    if (event.type === 'session') onSession(event.id);
    if (event.type === 'text' && event.text.trim() !== '') said = event.text;
    isPlain = false;
    onEvent(event);
  }

  return {
    addLines: (lines) => {
      let plain: string[] = [];
      const flush = (): void => {
        if (plain.length === 0) return;
        const text = plain.join('\n');
        const whole = (isPlain ? `${said}\n${text}` : text).slice(-2 * keptTextChars);
        plain = [];
        if (text.trim() !== '') emit({ type: 'text', text });
        if (whole.trim() !== '') said = whole;
        isPlain = whole.trim() !== '';
      };
      for (const line of lines) {
        const event = parseEventLine(line);
        if (event === undefined) plain.push(line);
        else {
          flush();
          emit(event);
        }
      }
      flush();
    },
    addText: (text) => emit({ type: 'text', text }),
    beat: () => {
      if (Date.now() - beatAt < beatMs) return;
      beatAt = Date.now();
      onEvent({ type: 'heartbeat' });
    },
    question: () => question,
    text: () => summary ?? lastOf(said),
  };
}

/** Of plain output the last paragraph: what went before is a log, not an answer. */
function lastOf(text: string): string {
  const last =
    text
      .trim()
      .split(/\n\s*\n/)
      .at(-1) ?? '';
  return last.length <= keptTextChars ? last : `…${last.slice(-keptTextChars)}`;
}
