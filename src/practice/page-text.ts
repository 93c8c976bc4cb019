// What people wrote, as a page shows it: Markdown rendered, marks hidden, HTML escaped but for folded parts.
import { raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { micromark } from 'micromark';

/** A real forge keeps these two tags of HTML; nothing else of it is let through. */
const FOLDED = /&lt;(\/?(?:details|summary))&gt;/g;

export function shownText(text: string): HtmlEscapedString | Promise<HtmlEscapedString> {
  const visible = text.replaceAll(/<!--[\s\S]*?-->/g, '').trim();
  return raw(micromark(visible).replaceAll(FOLDED, '<$1>'));
}
