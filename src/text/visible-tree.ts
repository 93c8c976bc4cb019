// What the parser knows about text that is shown as code, and about definitions that are not shown at all.
import type { Definition, Nodes, Root } from 'mdast';
import type { Edit } from './visible-edits.js';

/** Fenced, indented and inline code, in order; `text` is empty. */
export function codeIn(tree: Root): Edit[] {
  return nodesOf(tree).flatMap((node) =>
    node.type === 'code' || node.type === 'inlineCode' ? editOf(node, '') : [],
  );
}

/** Link definitions: those that something uses lose their title, the others go. */
export function definitionsIn(tree: Root): Edit[] {
  const nodes = nodesOf(tree);
  const used = new Set(
    nodes.flatMap((node) =>
      node.type === 'linkReference' || node.type === 'imageReference' ? [node.identifier] : [],
    ),
  );
  return nodes.flatMap((node) => (node.type === 'definition' ? editOf(node, replacement(node, used)) : []));
}

function replacement(node: Definition, used: ReadonlySet<string>): string {
  // A footnote of the forges' dialect looks like a definition here, and is shown.
  if (node.identifier.startsWith('^')) return `[${node.label ?? node.identifier}]: ${node.url}`;
  return used.has(node.identifier) ? `[${node.label ?? node.identifier}]: ${node.url}` : '';
}

function editOf(node: Nodes, text: string): Edit[] {
  const start = node.position?.start.offset;
  const end = node.position?.end.offset;
  return start === undefined || end === undefined ? [] : [{ start, end, text }];
}

/** In document order, without recursion: nesting is the author's choice. */
function nodesOf(tree: Root): Nodes[] {
  const found: Nodes[] = [];
  const waiting: Nodes[] = [tree];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    found.push(node);
    if ('children' in node) waiting.push(...[...node.children].reverse());
  }
  return found;
}
