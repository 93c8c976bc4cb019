// HTML in Markdown as a reader sees it: comments and hidden elements gone with their text, other tags gone without it.
import { applyEdits, forwardFinder, type Edit } from './visible-edits.js';
import { readTags, type Tag } from './visible-tags.js';

const knownNames = new Set(
  `a abbr address article aside b bdi bdo big blockquote body br button caption center cite code col colgroup dd del
  details dfn dialog div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i
  img input ins kbd label legend li link main map mark marquee menu meta nav ol optgroup option output p param picture
  pre progress q rp rt ruby s samp section select small source span strike strong sub summary sup table tbody td tfoot
  th thead time tr tt u ul var video wbr audio canvas embed script style template iframe object noscript noembed
  noframes title textarea svg math`.split(/\s+/),
);
const voidNames = new Set([
  'area',
  'base',
  'br',
  'col',
  'embed',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'source',
  'wbr',
]);
const neverShown = new Set([
  'script',
  'style',
  'template',
  'iframe',
  'object',
  'noscript',
  'noembed',
  'noframes',
  'title',
  'textarea',
  'svg',
  'math',
]);
const separating = new Set([
  'td',
  'th',
  'li',
  'p',
  'div',
  'tr',
  'summary',
  'details',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'dd',
  'dt',
  'option',
]);

const hiddenAttribute = /(?:^|\s)(?:hidden(?:\s|=|$)|aria-hidden\s*=\s*["']?true)/i;
const hiddenStyle =
  /(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:font-size|opacity|(?:max-)?(?:width|height))\s*:\s*0(?![.\d]*[1-9])|color\s*:\s*(?:transparent|white|#fff)|text-indent\s*:\s*-|(?:left|top)\s*:\s*-\d{3}|clip(?:-path)?\s*:)/i;

/** Linear. A bare tag of an unknown name (`Vec<String>`) stays: it says something and hides nothing. */
export function dropHiddenHtml(text: string): { text: string; removed: number } {
  if (!text.includes('<')) return { text, removed: 0 };
  const tags = readTags(text);
  const closers = matching(tags);
  const find = forwardFinder(text);
  const edits: Edit[] = [];
  let removed = 0;
  let from = 0;
  for (const tag of tags) {
    if (tag.start < from) continue;
    const edit = editFor(text, tag, closers.get(tag), find);
    if (edit === undefined) continue;
    removed += edit.hidden;
    from = edit.end;
    edits.push(edit);
  }
  return { text: applyEdits(text, edits), removed };
}

type HtmlEdit = Edit & { readonly hidden: number };

function editFor(
  text: string,
  tag: Tag,
  closer: Tag | undefined,
  find: (wanted: string, from: number) => number,
): HtmlEdit | undefined {
  const { start, end } = tag;
  if (tag.kind === 'invisible') return { start, end, text: glueOf(text, start), hidden: end - start };
  if (hides(tag) && !voidNames.has(tag.name)) {
    const blank = neverShown.has(tag.name) ? -1 : find('\n\n', end);
    const last = closer?.end ?? (blank === -1 ? text.length : blank);
    return { start, end: last, text: glueOf(text, start), hidden: last - start };
  }
  if (tag.attributes.trim() === '' && !knownNames.has(tag.name)) return undefined;
  if (tag.name === 'img') return imageEdit(tag);
  const hidden = tag.name !== 'a' && tag.attributes.trim() !== '' ? end - start : 0;
  const shown = tag.name === 'br' ? '\n' : separating.has(tag.name) ? ' ' : '';
  return { start, end, text: shown, hidden };
}

function hides({ name, closing, attributes }: Tag): boolean {
  if (closing) return false;
  if (neverShown.has(name) || hiddenAttribute.test(attributes)) return true;
  return /style\s*=/i.test(attributes) && hiddenStyle.test(attributes);
}

/** The picture stays as a picture without its description. */
function imageEdit(tag: Tag): HtmlEdit {
  const source = /(?:^|\s)src\s*=\s*(?:"(https?:[^"\s]*)"|'(https?:[^'\s]*)'|(https?:[^\s"'>]*))/i.exec(
    tag.attributes,
  );
  const url = source?.[1] ?? source?.[2] ?? source?.[3];
  const told = /(?:^|\s)(?:alt|title|aria-label)\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))/i.exec(tag.attributes);
  const hidden = (told?.[1] ?? told?.[2] ?? told?.[3] ?? '').length;
  return { start: tag.start, end: tag.end, text: url === undefined ? '' : `![](${url})`, hidden };
}

/** What is taken out must not bring two halves of a new comment or tag together. */
function glueOf(text: string, start: number): string {
  return '<!-/'.includes(text.charAt(start - 1) || ' ') ? ' ' : '';
}

/** The closing tag of each opening one, by a stack for each name. */
function matching(tags: readonly Tag[]): Map<Tag, Tag> {
  const open = new Map<string, Tag[]>();
  const closers = new Map<Tag, Tag>();
  for (const tag of tags) {
    if (tag.kind !== 'tag') continue;
    const waiting = open.get(tag.name) ?? [];
    open.set(tag.name, waiting);
    if (!tag.closing) waiting.push(tag);
    else {
      const opener = waiting.pop();
      if (opener !== undefined) closers.set(opener, tag);
    }
  }
  return closers;
}
