// Text inside a cell of a Markdown table.

/** Every pipe preceded by an odd number of backslashes. */
export function escapePipes(text: string): string {
  return text.replace(/\\*\|/g, (match) => (match.length % 2 === 1 ? `${match.slice(0, -1)}\\|` : match));
}
