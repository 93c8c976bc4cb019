// What zod found, in words a person can act on: what is wrong, and what to write instead.
import type { z } from 'zod';
import { suggest } from '../support/suggest.js';
import { nodeAt } from './schema-tree.js';
import type { SchemaNode } from './schema-tree.js';
import { isRecord, valueAt } from './tree.js';
import type { Finding, Path } from './problem.js';

type Issue = z.core.$ZodIssue;

/** @param root the schema as plain data @param value what was checked */
export function toFindings(issue: Issue, root: SchemaNode, value: unknown): Finding[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const node = issue.code === 'invalid_union' ? kindsAt(root, path, value) : nodeAt(root, path, value);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...path, key], key, node));
  }
  const found = valueAt(value, path);
  if (found === 'gitlab' && path[0] === 'forges')
    return [{ path, message: issue.message, fix: 'remove this forge from the file' }];
  const fix =
    fixOf(path, found, node) ?? fixOf(path.slice(0, -1), undefined, nodeAt(root, path.slice(0, -1), value));
  return [{ path, message: messageOf(issue, found, node), fix: fix ?? 'see docs/config.md' }];
}

/** zod names the `kind` of an entry that is of no known kind; the choices are those of the entry. */
function kindsAt(root: SchemaNode, path: Path, value: unknown): SchemaNode {
  const options = nodeAt(root, path.slice(0, -1), value)?.oneOf ?? [];
  return { enum: options.map((option) => option.properties?.['kind']?.const) };
}

function unknownKey(path: Path, key: string, node: SchemaNode | undefined): Finding {
  const known = Object.keys(node?.properties ?? {});
  const near = suggest(key, known);
  const fix = near === undefined ? `the keys here are ${known.join(', ')}` : `did you mean "${near}"?`;
  return { path, message: `there is no setting of this name`, fix };
}

function messageOf(issue: Issue, found: unknown, node: SchemaNode | undefined): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeMessage(found, node);
    case 'too_small':
      if (issue.origin === 'array') return `needs at least ${plural(issue.minimum)}`;
      if (issue.origin === 'string') return 'is empty';
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'invalid_value':
    case 'invalid_union':
      return choiceMessage(found, node);
    default:
      return issue.message;
  }
}

function plural(count: number | bigint): string {
  return Number(count) === 1 ? 'one entry' : `${count} entries`;
}

function typeMessage(found: unknown, node: SchemaNode | undefined): string {
  if (found === undefined) return 'is missing';
  if (found === null) return 'is empty';
  return `must be ${typeName(node)}, not ${nameOfValue(found)}`;
}

/** Fixed words are no secrets: what was written is shown. */
function choiceMessage(found: unknown, node: SchemaNode | undefined): string {
  if (found === undefined || found === null) return 'is missing';
  const shown = typeof found === 'string' ? ` ("${found.slice(0, 40)}")` : '';
  return `must be one of ${choicesOf(node).join(', ')}${shown}`;
}

function fixOf(path: Path, found: unknown, node: SchemaNode | undefined): string | undefined {
  const near = typeof found === 'string' ? suggest(found, choicesOf(node)) : undefined;
  if (near !== undefined) return `did you mean "${near}"?`;
  const key = path.at(-1);
  const example = exampleOf(node);
  if (example === undefined) return undefined;
  return `write for example ${typeof key === 'string' ? `${key}: ` : '- '}${example}`;
}

function choicesOf(node: SchemaNode | undefined): string[] {
  return (node?.enum ?? []).map(String);
}

function exampleOf(node: SchemaNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  const example = node.examples?.[0] ?? node.default ?? node.enum?.[0] ?? node.const;
  if (example !== undefined && !isEmptyRecord(example)) return flow(example);
  if (node.type === 'array' && node.items !== undefined) return `[${exampleOf(node.items) ?? ''}]`;
  if (node.oneOf?.[0] !== undefined) return exampleOf(node.oneOf[0]);
  if (node.properties === undefined) return undefined;
  const required = node.required ?? Object.keys(node.properties).slice(0, 1);
  const parts = required.map((key) => `${key}: ${exampleOf(node.properties?.[key]) ?? ''}`);
  return `{ ${parts.join(', ')} }`;
}

function isEmptyRecord(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length === 0;
}

/** A value as one would write it into YAML on one line. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (isRecord(value)) {
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${key}: ${flow(inner)}`)
      .join(', ')} }`;
  }
  return String(value);
}

function typeName(node: SchemaNode | undefined): string {
  switch (node?.type) {
    case 'integer':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'string':
      return 'a text';
    default:
      return 'a group of settings';
  }
}

function nameOfValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : 'a fraction';
  if (typeof value === 'boolean') return 'true or false';
  return 'a group of settings';
}
