// Reads what a scripted agent is told to do: lines `scripted: VERB …` in a prompt, or a script file. Pure.

export interface Step {
  readonly verb: string;
  /** The rest of the line, as it stands. */
  readonly rest: string;
}

/**
 * The steps of a prompt: its lines that begin with `scripted: `, spaces before it allowed. A prompt quotes many texts
 * in fenced blocks (the issue, earlier comments, the message that started the turn) and the message stands last: of the
 * parts between fences only the last one with such lines is obeyed.
 */
export function stepsOfPrompt(prompt: string): Step[] {
  const parts: Step[][] = [[]];
  for (const line of prompt.split(/\r?\n/)) {
    if (/^\s*(`{3,}|~{3,})/.test(line)) parts.push([]);
    const directive = /^\s*scripted: (.*)$/.exec(line)?.[1];
    if (directive !== undefined) parts.at(-1)?.push(parseStep(directive));
  }
  return parts.findLast((part) => part.length > 0) ?? [];
}

/** The steps of turn 1, 2, … of a script file: a JSON list with one list of lines per turn; the last one repeats. */
export function stepsOfScript(json: string, turn: number): Step[] {
  const turns: unknown = JSON.parse(json);
  if (!Array.isArray(turns)) throw new Error('a script is a JSON list with one list of lines per turn');
  const lines: unknown = turns[Math.min(turn, turns.length) - 1];
  return Array.isArray(lines) ? lines.map((line) => parseStep(String(line))) : [];
}

/** `"a.txt two words"` → `["a.txt", "two words"]`; `\n` written out becomes a line break. */
export function splitFirst(rest: string): [first: string, others: string] {
  const [, first = '', others = ''] = /^(\S*)\s?(.*)$/s.exec(rest.trimStart()) ?? [];
  return [first, unescapeText(others)];
}

export function unescapeText(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll('\\t', '\t');
}

function parseStep(line: string): Step {
  const [verb = '', ...rest] = line.trim().split(/(?<=^\S+)\s/);
  return { verb, rest: rest.join('') };
}
