// Untrusted text on its way into a prompt: what a reader of the issue sees, and nothing else.
import { dropInvisible, isInvisible } from './invisible.js';
import { normalizeLineEnds } from './lines.js';
import { parseMarkdown } from './markdown.js';
import { applyEdits, type Edit } from './visible-edits.js';
import { dropHiddenHtml } from './visible-html.js';
import { dropHiddenLinkText, dropLooseDefinitions } from './visible-links.js';
import { codeIn, definitionsIn } from './visible-tree.js';

export interface VisibleText {
  readonly text: string;
  /** How many hidden characters (UTF-16 units) went; plain tags are not counted. */
  readonly removed: number;
}

// Characters of private use: gone from the input before these are put in, so that nothing can look like them.
const [open, close] = ['\ue000', '\ue001'];
const placeholder = /\ue000(\d+)\ue001/g;

/**
 * Markdown without what the forge's page does not show: invisible characters (also as `&#8203;`), HTML comments and
 * hidden elements, all other tags (their text stays), titles of links, descriptions of images, link definitions that
 * nothing uses. Code stays as it is; in text too long or too tangled for the parser HTML goes from code too. NFC, LF
 * line ends, linear.
 */
export function visible(text: string): VisibleText {
  const clean = dropInvisible(normalizeLineEnds(text));
  const parsed = parseMarkdown(clean.text);
  const tree = parsed.ok ? parsed.tree : undefined;
  const code = tree === undefined ? [] : codeIn(tree);
  const definitions = tree !== undefined && parsed.ok && parsed.withLinks ? definitionsIn(tree) : undefined;
  const masked = mask(clean.text, code, definitions ?? []);
  const steps = [
    dropEntities,
    dropHiddenHtml,
    dropHiddenLinkText,
    ...(definitions === undefined ? [dropLooseDefinitions] : []),
  ];
  let shown: VisibleText = { text: masked.text, removed: clean.removed + masked.removed };
  for (const step of steps) {
    const after = step(shown.text);
    shown = { text: after.text, removed: shown.removed + after.removed };
  }
  return unmask(shown, masked.code);
}

/** Each piece of code becomes a placeholder with its number, so that hidden elements around it are still seen as a whole. */
function mask(
  text: string,
  code: readonly Edit[],
  definitions: readonly Edit[],
): VisibleText & { code: string[] } {
  const pieces: string[] = [];
  const placeholders = code.map(({ start, end }) => {
    pieces.push(text.slice(start, end));
    return { start, end, text: `${open}${pieces.length - 1}${close}` };
  });
  const removed = definitions.reduce((sum, edit) => sum + edit.end - edit.start - edit.text.length, 0);
  const edits = [...placeholders, ...definitions].sort((a, b) => a.start - b.start);
  return { text: applyEdits(text, edits), removed, code: pieces };
}

function unmask(shown: VisibleText, code: readonly string[]): VisibleText {
  const hidden = new Set(code.keys());
  const text = shown.text.replace(placeholder, (_match, number: string) => {
    hidden.delete(Number(number));
    return code[Number(number)] ?? '';
  });
  const removed = [...hidden].reduce((sum, index) => sum + (code[index]?.length ?? 0), shown.removed);
  return { text, removed };
}

const invisibleNames =
  /^(?:zwj|zwnj|lrm|rlm|shy|ZeroWidthSpace|NegativeThinSpace|NegativeMediumSpace|NegativeThickSpace|NegativeVeryThinSpace|NoBreak|InvisibleTimes|InvisibleComma|ApplyFunction|ic|it|af)$/;

/** Character references to invisible characters. */
function dropEntities(text: string): VisibleText {
  let removed = 0;
  const kept = text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]{2,24}));/g,
    (match, decimal, hex, name) => {
      if (!hidesCharacter(decimal, hex, name)) return match;
      removed += match.length;
      return '';
    },
  );
  return { text: kept, removed };
}

function hidesCharacter(
  decimal: string | undefined,
  hex: string | undefined,
  name: string | undefined,
): boolean {
  if (name !== undefined) return invisibleNames.test(name);
  return isInvisible(decimal === undefined ? Number.parseInt(hex ?? '0', 16) : Number(decimal));
}
