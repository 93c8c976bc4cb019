// What a scripted model answers: lines `model: VERB …` of the newest user message, one step per request. Pure.

export interface ChatMessage {
  readonly role: string;
  readonly content?: unknown;
}

export type ModelStep =
  | { readonly kind: 'tool'; readonly tool: string; readonly args: Readonly<Record<string, unknown>> }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'status'; readonly status: number; readonly message: string }
  | { readonly kind: 'length' | 'hang' | 'cut' };

/**
 * The step for a request. The server keeps no state: which step is due is how often the model has answered since the
 * message. As in the scripted agent, of the parts between fences only the last one with such lines counts.
 */
export function dueStep(messages: readonly ChatMessage[]): ModelStep {
  const last = messages.findLastIndex((message) => message.role === 'user' && linesOf(message).length > 0);
  const asked = messages[last];
  if (asked === undefined) return { kind: 'say', text: 'Nothing was asked of the model.' };
  const answered = messages.slice(last + 1).filter((message) => message.role === 'assistant').length;
  const steps = linesOf(asked).map((line) => parseLine(line, messages));
  return steps[answered] ?? { kind: 'say', text: 'Done.' };
}

/** The text of a message, whose content is a string or a list of parts. */
export function textOf(message: ChatMessage): string {
  if (typeof message.content === 'string') return message.content;
  if (!Array.isArray(message.content)) return '';
  return message.content.map((part: { text?: string }) => part.text ?? '').join('\n');
}

function linesOf(message: ChatMessage): string[] {
  const parts: string[][] = [[]];
  for (const line of textOf(message).split(/\r?\n/)) {
    if (/^\s*(`{3,}|~{3,})/.test(line)) parts.push([]);
    const found = /^\s*model: (.*)$/.exec(line)?.[1];
    if (found !== undefined) parts.at(-1)?.push(found);
  }
  return parts.findLast((part) => part.length > 0) ?? [];
}

function parseLine(line: string, messages: readonly ChatMessage[]): ModelStep {
  const [, verb = '', rest = ''] = /^(\S+)\s?(.*)$/.exec(line.trim()) ?? [];
  const [, first = '', others = ''] = /^(\S+)\s?(.*)$/.exec(rest) ?? [];
  switch (verb) {
    case 'write':
      return tool('write', { filePath: first, content: `${others.replaceAll('\\n', '\n')}\n` });
    case 'bash':
      return tool('bash', { command: rest, description: 'a scripted command' });
    case 'read':
      return tool('read', { filePath: first });
    case 'todos':
      return tool('todowrite', { todos: todos(rest) });
    case 'question':
      return tool('question', { questions: [{ question: rest, header: 'Question', options: options() }] });
    case 'tool':
      return tool(first, JSON.parse(others) as Record<string, unknown>);
    case 'say':
      return { kind: 'say', text: rest.replaceAll('\\n', '\n') };
    case 'recall':
      return {
        kind: 'say',
        text: messages
          .filter((message) => message.role === 'user')
          .map(textOf)
          .join('\n'),
      };
    case 'status':
      return { kind: 'status', status: Number(first), message: others || `scripted error ${first}` };
    case 'hang':
    case 'cut':
    case 'length':
      return { kind: verb };
    default:
      return { kind: 'say', text: `The scripted model does not know: ${line}` };
  }
}

function tool(name: string, args: Readonly<Record<string, unknown>>): ModelStep {
  return { kind: 'tool', tool: name, args };
}

/** `[x] done; [ ] open` */
function todos(rest: string): unknown[] {
  return rest.split(';').map((item) => {
    const status = item.trim().startsWith('[x]') ? 'completed' : 'pending';
    return { content: item.replace(/^\s*\[.\]\s*/, ''), status, priority: 'medium' };
  });
}

function options(): unknown[] {
  return ['yes', 'no'].map((label) => ({ label, description: label }));
}
