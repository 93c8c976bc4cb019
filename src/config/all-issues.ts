// Every mistake that the schema sees: a `kind` that is none would hide all others of its entry.
import type { z } from 'zod';
import { suggest } from '../support/suggest.js';
import { agent } from './schema-agents.js';
import { configFile } from './schema.js';
import { isRecord } from './tree.js';

const KINDS: readonly string[] = agent.options.map(({ shape }) => shape.kind.value);

/** Those of the data as it stands, then those that come to light when each agent has the kind that was probably meant. */
export function allIssues(value: Record<string, unknown>): z.core.$ZodIssue[] {
  const found = issuesOf(value);
  const { agents } = value;
  if (!isRecord(agents)) return found;
  const guessed = Object.entries(agents).map(([name, entry]) => [name, withKind(entry)]);
  const known = new Set(found.map(keyOf));
  const hidden = issuesOf({ ...value, agents: Object.fromEntries(guessed) });
  return [...found, ...hidden.filter((issue) => !known.has(keyOf(issue)))];
}

function issuesOf(value: unknown): z.core.$ZodIssue[] {
  const parsed = configFile.safeParse(value);
  return parsed.success ? [] : parsed.error.issues;
}

function withKind(entry: unknown): unknown {
  if (!isRecord(entry)) return entry;
  const { kind } = entry;
  if (typeof kind === 'string' && KINDS.includes(kind)) return entry;
  const meant = typeof kind === 'string' ? suggest(kind, KINDS) : undefined;
  return { ...entry, kind: meant ?? (entry['command'] === undefined ? 'opencode' : 'command') };
}

function keyOf(issue: z.core.$ZodIssue): string {
  return JSON.stringify([issue.code, issue.path]);
}
