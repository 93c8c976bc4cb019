// Small pieces of wording that reports, final comments and pull requests share. Pure.

/** Lines inside a closed `<details>`; `summary` is our own text. */
export function details(summary: string, lines: readonly string[]): string {
  return [`<details><summary>${summary}</summary>`, '', ...lines, '', '</details>'].join('\n');
}

export function tokens(input: number, output: number, costUsd: number): string | undefined {
  if (input + output === 0) return undefined;
  const cost = costUsd > 0 ? `, $${costUsd.toFixed(2)}` : '';
  return `${input} tokens in, ${output} out${cost}`;
}
