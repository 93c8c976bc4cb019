// Text inside a cell of a Markdown table.

/**
 * Markdown on one line whose pipes do not end the cell. A cell is split before its code spans are read, so pipes in
 * code are escaped as well; the run of backslashes before a pipe is made odd.
 */
export function tableCell(markdown: string): string {
  return escapePipes(markdown.replace(/\s*\n\s*/g, ' ').trim());
}

/** Every pipe preceded by an odd number of backslashes. */
export function escapePipes(text: string): string {
  return text.replace(/\\*\|/g, (match) => (match.length % 2 === 1 ? `${match.slice(0, -1)}\\|` : match));
}
