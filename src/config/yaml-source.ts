// config.yaml as text: parsed, with every mistake of its YAML and the line of every path.
import { LineCounter, isAlias, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node, YAMLError } from 'yaml';
import type { Path, Problem } from './problem.js';

export interface Position {
  readonly line: number;
  readonly column: number;
}

export type YamlSource =
  | { readonly ok: true; readonly value: unknown; readonly locate: (path: Path) => Position }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** `locate` gives where the last part of a path stands, or the nearest thing around it that does. */
export function parseYaml(file: string, text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const mistakes = firstAlone([...document.errors, ...document.warnings]);
  if (mistakes.length > 0) {
    return { ok: false, problems: mistakes.map((error) => toProblem(file, error, position(error.pos[0]))) };
  }
  try {
    const value: unknown = document.toJS();
    return { ok: true, value, locate: (path) => position(offsetOf(document, path)) };
  } catch (error) {
    // An alias without its anchor, or one that would unfold without end.
    const message = error instanceof Error ? error.message : String(error);
    const fix = 'write the value out instead of using an alias';
    return { ok: false, problems: [{ file, line: 1, path: '', message, fix }] };
  }
}

/** After a mistake of syntax the parser stumbles on: what it tells then are follow-ups. Double keys stand for themselves. */
function firstAlone(mistakes: readonly YAMLError[]): readonly YAMLError[] {
  const ordered = mistakes.toSorted((a, b) => a.pos[0] - b.pos[0]);
  const syntax = ordered.findIndex(({ code }) => code !== 'DUPLICATE_KEY');
  return syntax === -1 ? ordered : ordered.slice(syntax, syntax + 1);
}

function toProblem(file: string, error: YAMLError, { line, column }: Position): Problem {
  return {
    file,
    line,
    column,
    path: '',
    message: oneLine(error.message),
    fix: FIXES[error.code] ?? GENERAL_FIX,
  };
}

const GENERAL_FIX = 'mend the YAML at this line (indent with spaces, quote texts with : or # in them)';

const FIXES: Partial<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces instead of tabs',
  DUPLICATE_KEY: 'keep one of the two',
  MULTIPLE_DOCS: 'remove the --- line: the file holds one document',
};

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim();
}

function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const part of path) {
    const next = childOf(document, node, part);
    if (next === undefined) return offset;
    offset = next.offset ?? offset;
    node = next.node;
  }
  return offset;
}

function childOf(
  document: Document.Parsed,
  parent: unknown,
  part: string | number,
): { node: unknown; offset: number | undefined } | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
    return pair && { node: pair.value, offset: startOf(pair.key) };
  }
  if (isSeq(node) && typeof part === 'number' && part < node.items.length) {
    const item: unknown = node.items[part];
    return { node: item, offset: startOf(item) };
  }
  return undefined;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node satisfies Node).range?.[0] : undefined;
}
