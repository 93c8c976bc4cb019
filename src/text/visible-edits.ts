// Replacements in a text by offset, applied in one pass.

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Edits must be sorted by `start`; one that begins inside the one before it is left out. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const out: string[] = [];
  let from = 0;
  for (const edit of edits) {
    if (edit.start < from) continue;
    out.push(text.slice(from, edit.start), edit.text);
    from = edit.end;
  }
  out.push(text.slice(from));
  return out.join('');
}

/** The first place of a string at or after a moving index: each is looked for once, however often it is asked for. */
export function forwardFinder(text: string): (wanted: string, from: number) => number {
  const known = new Map<string, number>();
  return (wanted, from) => {
    const last = known.get(wanted);
    if (last !== undefined && (last === -1 || last >= from)) return last;
    const found = text.indexOf(wanted, from);
    known.set(wanted, found);
    return found;
  };
}
