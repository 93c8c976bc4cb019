// Text of agents and strangers on its way into a comment: masked, cut, made inert, in this order. There is no other way.
import { codeSpan } from './fence.js';
import { inert, inertLine, inertQuote } from './inert.js';
import { normalizeLineEnds, singleLine, sliceWhole } from './lines.js';

/** Cut before it is made inert: a cut afterwards could take the mark that closes a code span. */
export interface Foreign {
  /** Markdown of several lines; of the text at most `maxChars` UTF-16 units, before escapes are added. */
  block(text: string, maxChars: number): string;
  /** The beginning of a text as a block quote; '' where there is nothing to quote. */
  quote(text: string, options: { readonly maxLines: number; readonly maxChars: number }): string;
  /** One line in a code span; '' where there is nothing to show. */
  code(text: string, maxChars: number): string;
  /** One line of plain text, such as a title. */
  line(text: string, maxChars: number): string;
  /** For what is put together at the end: what escaping may have made of a secret is masked once more. */
  mask(text: string): string;
}

export interface ForeignDeps {
  /** The command word, so that no line begins with it. */
  readonly word: () => string;
  readonly mask: (text: string) => string;
}

/** A title is plain text, where nothing can be escaped: it must not begin with the word. */
function notACommand(line: string, word: string): string {
  return line.toLowerCase().startsWith(word.toLowerCase()) ? `… ${line}` : line;
}

/** A single line may not be longer in a quote: it would be the whole comment. */
const MOST_LINE_CHARS = 400;

export function createForeign({ word, mask }: ForeignDeps): Foreign {
  return {
    block(text, maxChars) {
      const whole = mask(text.trim());
      const kept = sliceWhole(whole, maxChars);
      return inert(kept.length < whole.length ? `${kept.trimEnd()}\n\n…` : kept, { word: word() });
    },
    quote(text, options) {
      const lines = normalizeLineEnds(mask(text)).split('\n');
      const short = lines.map((line) =>
        line.length > MOST_LINE_CHARS ? `${sliceWhole(line, MOST_LINE_CHARS).trimEnd()}…` : line,
      );
      return inertQuote(short.join('\n'), { word: word(), ...options });
    },
    code: (text, maxChars) => codeSpan(singleLine(mask(text), maxChars)),
    line: (text, maxChars) => notACommand(inertLine(mask(text), maxChars), word()),
    mask,
  };
}
