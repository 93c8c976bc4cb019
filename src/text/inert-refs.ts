// References that a forge would act on, broken: mentions, closing keywords, other repositories' issues, addresses.

/** Breaks a reference and is not seen: what follows no longer touches what stands before. */
export const gap = '\u200b';

const closing =
  /^(?:close[sd]?|closing|fix(?:e[sd])?|fixing|resolve[sd]?|resolving|reopen(?:s|ed|ing)?|implement(?:s|ed|ing)?)$/i;

/** A reference's mark where a number follows: `#12`, `!12`, `GH-12`. */
export const referenceMark = /(?:[#!]|GH-)(?=\d)/iy;

/** `@`, with a gap unless a letter or digit stands before it, as in addresses and `pkg@1.2`. */
export function breakMention(previous: string): string {
  return /[A-Za-z0-9]/.test(previous) ? '@' : `@${gap}`;
}

/**
 * A reference's mark with a gap after it where it would close something or reach into another repository: after a
 * closing keyword (`lastWord`, over marks and line ends, so that `fixes **#1**` is seen), or touching a name
 * (`owner/repo#1`, `owner#1`).
 */
export function breakReference(mark: string, previous: string, lastWord: string): string {
  const touches = mark.length === 1 && /[A-Za-z0-9_.-]/.test(previous);
  return touches || closing.test(lastWord) ? `${mark}${gap}` : mark;
}

/** Whether an address may stand plain: an issue's address is a reference, and `@` in it could be a mention. */
export function isQuietAddress(url: string): boolean {
  const refers = /\/(?:issues|pulls?|discussions|merge_requests|work_items)\/+(?:-\/+)?\d/i.test(url);
  return !refers && /^[A-Za-z0-9./:?=&%~+_-]+$/.test(url);
}

/** Text that is not Markdown, such as a title: mentions and references broken, nothing escaped. */
export function breakReferences(text: string): string {
  let lastWord = '';
  return text.replace(
    /@(?=[\w-])|(?:[#!]|\bGH-)(?=\d)|https?:\/\/|[A-Za-z0-9]+/gi,
    (match: string, offset: number) => {
      const previous = text.charAt(offset - 1);
      if (match === '@') return breakMention(previous);
      if (/^(?:[#!]|GH-)$/i.test(match)) return breakReference(match, previous, lastWord);
      if (match.includes('//')) return closing.test(lastWord) ? `${match}${gap}` : match;
      lastWord = match;
      return match;
    },
  );
}

const acting =
  /(?:^|[^A-Za-z0-9])(@[A-Za-z0-9][\w./-]{0,80})|\b((?:close[sd]?|closing|fix(?:e[sd])?|fixing|resolve[sd]?|resolving|reopen(?:s|ed|ing)?|implement(?:s|ed|ing)?):?\s{1,3}(?:[\w.-]{1,100}\/[\w.-]{1,100})?(?:[#!]|GH-|https?:\/\/\S{1,200}\/)\d{1,9})/gi;

/** What a forge would act on in a plain text such as a commit's message: `@ana`, `Closes #1`; each once, at most 10. */
export function actsIn(text: string): string[] {
  const found = [...text.slice(0, 20_000).matchAll(acting)].map((match) => match[1] ?? match[2] ?? '');
  return [...new Set(found)].slice(0, 10);
}
