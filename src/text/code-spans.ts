// Where the code spans of one line are.

/** Start and end of each code span of a line, in order. Linear; backslashes escape outside of code. */
export function codeSpansOf(line: string): [start: number, end: number][] {
  const runs = [...line.matchAll(/`+/g)].map((run) => ({ start: run.index, length: run[0].length }));
  const nextOfLength = nextOfSameLength(runs);
  const spans: [number, number][] = [];
  let index = 0;
  while (index < runs.length) {
    const run = runs[index];
    const close = runs[nextOfLength[index] ?? -1];
    if (run !== undefined && close !== undefined && !isEscaped(line, run.start)) {
      spans.push([run.start, close.start + close.length]);
      index = nextOfLength[index] ?? index;
    }
    index += 1;
  }
  return spans;
}

/** The line with its code spans overwritten by blanks of the same length. */
export function withoutCodeSpans(line: string): string {
  if (!line.includes('`')) return line;
  let out = '';
  let from = 0;
  for (const [start, end] of codeSpansOf(line)) {
    out += line.slice(from, start) + ' '.repeat(end - start);
    from = end;
  }
  return out + line.slice(from);
}

function nextOfSameLength(runs: readonly { length: number }[]): (number | undefined)[] {
  const last = new Map<number, number>();
  const next: (number | undefined)[] = [];
  for (let index = runs.length - 1; index >= 0; index -= 1) {
    const length = runs[index]?.length ?? 0;
    next[index] = last.get(length);
    last.set(length, index);
  }
  return next;
}

/** Looks back over one run of backslashes only. */
function isEscaped(line: string, index: number): boolean {
  let slashes = 0;
  while (line.charAt(index - 1 - slashes) === '\\') slashes += 1;
  return slashes % 2 === 1;
}
