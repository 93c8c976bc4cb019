// One mistake in the configuration: where it is, what is wrong, what to write instead.

export interface Problem {
  /** Absolute path of the file, or the word `environment`. */
  readonly file: string;
  /** From 1; undefined where there is no line (the environment, a secret file). */
  readonly line: number | undefined;
  readonly column?: number;
  /** e.g. `forges[0].kind`, or the name of a variable; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}

export type Path = readonly (string | number)[];

/** A problem that has not been given its line yet. Values are never shown in it: they may be secrets. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly fix: string;
  /** Set when the mistake is in another file than config.yaml. */
  readonly file?: string;
}

/** `FILE:LINE:COLUMN: PATH: MESSAGE; FIX`, in one line. */
export function formatProblem(problem: Problem): string {
  const where = [problem.file, problem.line, problem.line === undefined ? undefined : problem.column]
    .filter((part) => part !== undefined)
    .join(':');
  const what = problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`;
  return `${where}: ${what}; ${problem.fix}`;
}

/** `forges[0].kind`; a key that is no plain word is quoted. */
export function showPath(path: Path): string {
  let shown = '';
  for (const part of path) {
    if (typeof part === 'number') shown += `[${part}]`;
    else if (/^[\w-]+$/.test(part)) shown += shown === '' ? part : `.${part}`;
    else shown += `[${JSON.stringify(part)}]`;
  }
  return shown;
}
