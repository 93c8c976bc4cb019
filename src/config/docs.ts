// docs/config.md and docs/config.schema.json, made from the schema so that they cannot be out of date.
import { ENVIRONMENT_ONLY, variablesOf } from './variables.js';
import { flow } from './findings.js';
import { hasNoEffectYet, laterSections } from './schema-later.js';
import { configJsonSchema } from './schema-tree.js';
import type { SchemaNode } from './schema-tree.js';
import { isRecord } from './tree.js';

/** For editors: `# yaml-language-server: $schema=…` at the head of config.yaml. */
export function configSchemaText(): string {
  return `${showJson({ title: 'kugetsu config.yaml', ...configJsonSchema() })}\n`;
}

/** As the project's formatter has it: lists of plain values on one line where they fit. @param room characters of the line */
export function showJson(value: unknown, indent = '', room = LINE_CHARS): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const line = `[${value.map((item) => showJson(item, inner)).join(', ')}]`;
    if (isFlat(value) && line.length <= room) return line;
    return `[\n${value.map((item) => inner + showJson(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (!isRecord(value)) return JSON.stringify(value);
  const lines = Object.entries(value).map(([key, item]) => {
    const head = `${inner}${JSON.stringify(key)}: `;
    return head + showJson(item, inner, LINE_CHARS - head.length - 1);
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
}

const LINE_CHARS = 110;

function isFlat(value: unknown): boolean {
  return Array.isArray(value) ? value.every(isFlat) : !isRecord(value);
}

export function configDocsText(): string {
  const root = configJsonSchema();
  const sections = Object.entries(root.properties ?? {}).flatMap(([key, node]) => section(key, node));
  return [...INTRODUCTION, ...sections, ...environmentSection(root), ''].join('\n');
}

const INTRODUCTION = [
  '# config.yaml',
  '',
  '<!-- Made by `npm run docs` from src/config/schema.ts; do not edit by hand. -->',
  '',
  'The file lies in the home (`KUGETSU_HOME`, else `~/.kugetsu`) and must be mode 600. `kugetsu config check` lists every',
  'mistake at once, each with its line and with what to write instead. Names end with their unit. Relative paths are',
  'relative to the home. Secrets are never written into the file: they come from files of mode 600 (one line end at their',
  'end is dropped) or, as `${NAME}`, from the environment. `config.schema.json` beside this page is for editors. A running',
  'server follows these files; what waits for a restart is named in its log ([set-up](set-up.md#4-config-and-secrets)).',
  '',
];

function section(key: string, node: SchemaNode): string[] {
  const later = hasNoEffectYet(key) ? ' No effect yet.' : '';
  const intro = [`## ${key}`, '', `${node.description ?? ''}${sectionDefault(node)}${later}`, ''];
  if (Object.hasOwn(laterSections, key)) return intro;
  if (node.properties !== undefined) return [...intro, ...table(rowsOf(node, '', key))];
  const items = node.items;
  if (items !== undefined) return [...intro, 'Each entry:', '', ...table(rowsOf(items, '', key))];
  const inner = node.additionalProperties;
  if (typeof inner === 'object' && inner.oneOf !== undefined) {
    return [...intro, ...inner.oneOf.flatMap((kind) => kindSection(kind))];
  }
  return intro;
}

function kindSection(kind: SchemaNode): string[] {
  const { kind: name, ...others } = kind.properties ?? {};
  const rows = rowsOf({ ...kind, properties: others }, '', 'agents.*');
  return [`### kind: ${String(name?.const)}`, '', name?.description ?? '', '', ...table(rows)];
}

function sectionDefault(node: SchemaNode): string {
  if (node.default === undefined || node.properties !== undefined) return '';
  return ` Default: \`${flow(node.default)}\`.`;
}

/** @param place path of `node` in the file */
function rowsOf(node: SchemaNode, prefix: string, place: string): string[][] {
  return Object.entries(node.properties ?? {}).flatMap(([key, inner]) => {
    const row = [
      `\`${prefix}${key}\``,
      typeOf(inner),
      defaultOf(inner, node.required?.includes(key) ?? false),
    ];
    const meaning = `${inner.description ?? ''}${exampleOf(inner)}${hasNoEffectYet(`${place}.${key}`) ? ' No effect yet.' : ''}`;
    return [[...row, meaning], ...rowsOf(inner, `${prefix}${key}.`, `${place}.${key}`)];
  });
}

function table(rows: string[][]): string[] {
  const line = (cells: string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(['key', 'type', 'default', 'meaning']), '|---|---|---|---|', ...rows.map(line), ''];
}

function typeOf(node: SchemaNode): string {
  if (node.enum !== undefined)
    return node.enum
      .map((word) => `\`${String(word)}\``)
      .join(' \\| ')
      .replaceAll('\\|', '|');
  if (node.type === 'array') return `list of ${node.items === undefined ? 'anything' : typeOf(node.items)}`;
  if (node.type === 'object') return mapType(node);
  return `${TYPE_NAMES[node.type ?? ''] ?? 'anything'}${rangeOf(node)}`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
};

function mapType(node: SchemaNode): string {
  const inner = node.additionalProperties;
  return typeof inner === 'object' && inner.type !== undefined ? `names with ${typeOf(inner)}` : 'settings';
}

function rangeOf({ minimum, exclusiveMinimum, maximum = Number.MAX_SAFE_INTEGER }: SchemaNode): string {
  const least = exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`;
  if (maximum >= Number.MAX_SAFE_INTEGER) return minimum === undefined ? least : `, at least ${minimum}`;
  return minimum === undefined ? `${least}, at most ${maximum}` : ` ${minimum}–${maximum}`;
}

function defaultOf(node: SchemaNode, required: boolean): string {
  if (required) return 'must be set';
  return node.default === undefined ? '–' : `\`${flow(node.default)}\``;
}

function exampleOf(node: SchemaNode): string {
  const example = node.examples?.[0];
  return example === undefined ? '' : ` E.g. \`${flow(example)}\`.`;
}

function environmentSection(root: SchemaNode): string[] {
  const line = (name: string, sets: string): string => `| \`${name}\` | ${sets} |`;
  return [
    '## Environment',
    '',
    'A variable goes over the file, a flag of the command line over both. A few names are those of the earlier tool.',
    '',
    '| variable | sets |',
    '|---|---|',
    line('KUGETSU_HOME', 'the home; `KUGETSU_DIR` is its older name'),
    ...variablesOf(root).map(({ name, path }) => line(name, `\`${path.join('.')}\``)),
    ...ENVIRONMENT_ONLY.map(({ name, fallback, meaning }) => line(name, `${meaning} Default: ${fallback}.`)),
    line('QUEUE_DAEMON_BATCH_SIZE', 'nothing any more; a line in the log says so'),
    line('KUGETSU_DEBUG', 'more in the log, and stack traces'),
  ];
}
