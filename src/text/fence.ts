// Text that must not speak: put into code fences, code spans, and delimited blocks for prompts.
import { dropInvisible } from './invisible.js';
import { normalizeLineEnds, singleLine } from './lines.js';

/** Fence languages that forges turn into pictures, maps, formulas or a button that changes the code. */
const activeLanguages = new Set([
  'mermaid',
  'geojson',
  'topojson',
  'stl',
  'math',
  'suggestion',
  'latex',
  'katex',
]);

/** A fenced block whose fence is longer than any run of backticks in the text. Lines stay as they are, invisible characters go. */
export function fence(text: string, lang = ''): string {
  const code = hideMarkers(dropInvisible(normalizeLineEnds(text)).text.replace(/\n+$/, ''));
  const marks = '`'.repeat(Math.max(3, longestRun(code) + 1));
  return `${marks}${safeLanguage(lang)}\n${code}\n${marks}`;
}

/** A code span on one line that shows the text as it is; an empty text gives an empty string. */
export function codeSpan(text: string): string {
  const code = hideMarkers(singleLine(text, Number.MAX_SAFE_INTEGER));
  if (code === '') return '';
  const marks = '`'.repeat(shortestFreeRun(code));
  const pad = code.startsWith('`') || code.endsWith('`') ? ' ' : '';
  return `${marks}${pad}${code}${pad}${marks}`;
}

/**
 * Untrusted text for a prompt, between delimiters that hold a random word (the caller makes it: at least 16 characters
 * from a secure source), so that the text cannot end its own block.
 */
export function fenceUntrusted(text: string, label: string, random: string): string {
  const inside = normalizeLineEnds(text).replaceAll(random, '');
  const name = singleLine(label, 120).replaceAll(/[<>]/g, '');
  return `<<<UNTRUSTED ${random} ${name}\n${inside}\nUNTRUSTED ${random}>>>`;
}

/** A copied marker in code is harmless to readers, but must not look like ours to a search over raw bodies. */
function hideMarkers(code: string): string {
  return code.replace(/<!--(?=\s{0,20}kugetsu:)/gi, '<!-\u200b-');
}

function safeLanguage(lang: string): string {
  return /^[A-Za-z0-9+#_.-]{1,30}$/.test(lang) && !activeLanguages.has(lang.toLowerCase()) ? lang : '';
}

function longestRun(code: string): number {
  return (code.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}

function shortestFreeRun(code: string): number {
  const taken = new Set((code.match(/`+/g) ?? []).map((run) => run.length));
  let length = 1;
  while (taken.has(length)) length += 1;
  return length;
}
