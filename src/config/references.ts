// `${NAME}` and `${file:PATH}` inside an agent's own configuration: read where the forges' secrets are read, and masked.
import { SHORTEST_SECRET } from '../support/mask.js';
import type { Finding, Path } from './problem.js';
import { readReference, type SecretSources } from './secrets.js';
import { isRecord } from './tree.js';

const REFERENCE = /\$\{(?:file:[^}]+|[A-Za-z_]\w*)\}/g;

/** The settings with each `agents.NAME.config` filled in; one that cannot be read has a finding and stays. */
export function fillAgentConfigs(
  settings: Record<string, unknown>,
  sources: SecretSources,
  findings: Finding[],
): Record<string, unknown> {
  const { agents } = settings;
  if (!isRecord(agents)) return settings;
  const filled = Object.entries(agents).map(([name, agent]) => {
    if (!isRecord(agent) || agent['config'] === undefined) return [name, agent] as const;
    const config = fill(agent['config'], ['agents', name, 'config'], sources, findings);
    return [name, { ...agent, config }] as const;
  });
  return { ...settings, agents: Object.fromEntries(filled) };
}

function fill(value: unknown, path: Path, sources: SecretSources, findings: Finding[]): unknown {
  if (Array.isArray(value)) return value.map((inner, at) => fill(inner, [...path, at], sources, findings));
  if (isRecord(value)) {
    const entries = Object.entries(value).map(([key, inner]) => [
      key,
      fill(inner, [...path, key], sources, findings),
    ]);
    return Object.fromEntries(entries) as unknown;
  }
  if (typeof value !== 'string') return value;
  return value.replaceAll(REFERENCE, (reference) => {
    const read = readReference(reference, sources);
    if ('message' in read) {
      findings.push({ path, ...read });
      return reference;
    }
    if (read.secret.length >= SHORTEST_SECRET) sources.masker.add(read.secret);
    return read.secret;
  });
}
