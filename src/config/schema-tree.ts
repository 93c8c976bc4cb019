// The schema as plain data, for everything that must look into it: suggestions, environment names, docs.
import { z } from 'zod';
import { configFile } from './schema.js';
import { isRecord } from './tree.js';
import type { Path } from './problem.js';

/** The part of JSON schema that our schema uses. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly prefixItems?: readonly SchemaNode[];
  readonly additionalProperties?: SchemaNode | boolean;
  readonly oneOf?: readonly SchemaNode[];
}

/** JSON schema (draft 2020-12) of what may be written into config.yaml. */
export function configJsonSchema(): SchemaNode {
  const schema: unknown = z.toJSONSchema(configFile, { io: 'input' });
  return isRecord(schema) ? schema : {};
}

/**
 * The description of the value at a path, undefined where the schema has none.
 * @param value the data, which tells which kind of agent is meant
 */
export function nodeAt(root: SchemaNode, path: Path, value: unknown): SchemaNode | undefined {
  let node: SchemaNode | undefined = chosen(root, value);
  let inner = value;
  for (const part of path) {
    inner = childValue(inner, part);
    const child: SchemaNode | undefined = node && childOf(node, part);
    node = child && chosen(child, inner);
  }
  return node;
}

/** Every single value of the fixed sections (`limits.agents`), not those in lists and maps. */
export function settingsOf(root: SchemaNode): { path: string[]; node: SchemaNode }[] {
  return Object.entries(root.properties ?? {}).flatMap(([key, node]) => {
    if (isSetting(node)) return [{ path: [key], node }];
    return Object.entries(node.properties ?? {})
      .filter(([, inner]) => isSetting(inner))
      .map(([name, inner]) => ({ path: [key, name], node: inner }));
  });
}

function isSetting(node: SchemaNode): boolean {
  return ['string', 'number', 'integer', 'boolean'].includes(node.type ?? '');
}

function childOf(node: SchemaNode, part: string | number): SchemaNode | undefined {
  if (typeof part === 'number') return node.prefixItems?.[part] ?? node.items;
  const named = node.properties?.[part];
  if (named !== undefined) return named;
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
}

function childValue(value: unknown, part: string | number): unknown {
  if (Array.isArray(value)) return typeof part === 'number' ? value[part] : undefined;
  return isRecord(value) ? value[part] : undefined;
}

/** Of several kinds the one that the data names. */
function chosen(node: SchemaNode, value: unknown): SchemaNode {
  if (node.oneOf === undefined) return node;
  const kind = isRecord(value) ? value['kind'] : undefined;
  const found = node.oneOf.find((option) => option.properties?.['kind']?.const === kind);
  return found ?? node;
}
