// What one setting says about another. Works on unchecked data, so that these mistakes are told beside all others.
import { suggest } from '../support/suggest.js';
import { isExact, parsePattern } from './match.js';
import type { Finding } from './problem.js';
import { defaultAgent, toAddress } from './resolve.js';
import { AGENT_NAME } from './schema-values.js';
import { entriesOf, isRecord, valueAt } from './tree.js';

/** Only mistakes that the schema cannot see; where a value has a wrong shape the schema has told it. */
export function crossCheck(value: Record<string, unknown>): Finding[] {
  return [
    ...checkForgeNames(value),
    ...entriesOf(value['forges']).flatMap((forge, index) => checkForge(forge, index)),
    ...entriesOf(value['repos']).flatMap((repo, index) => checkRepo(value, repo, index)),
    ...checkDefaultAgent(value),
    ...checkAgentNames(value),
    ...checkPort(value, 'listen', 8420),
    ...checkPort(value, 'admin', 8421),
    ...checkAdmin(value),
    ...checkTwoAddresses(value),
  ];
}

function checkForgeNames(value: Record<string, unknown>): Finding[] {
  const names = forgeNames(value);
  return names.flatMap((name, index) => {
    if (name === undefined || names.indexOf(name) === index) return [];
    const fix = 'give each forge a name of its own: the webhook is told apart by it';
    return [{ path: ['forges', index, 'name'], message: `another forge has the name "${name}"`, fix }];
  });
}

function checkForge(forge: unknown, index: number): Finding[] {
  if (!isRecord(forge)) return [];
  const findings: Finding[] = [];
  const tell = (key: string[], message: string, fix: string): void => {
    findings.push({ path: ['forges', index, ...key], message, fix });
  };
  const name = typeof forge['name'] === 'string' ? forge['name'] : 'work';
  const ways = ['token', 'tokenFile', 'app'].filter((key) => forge[key] !== undefined);
  if (ways.length === 0) {
    tell(
      [],
      'has no token',
      `write tokenFile: secrets/${name}.token (or token: \${VARIABLE}; on GitHub also app)`,
    );
  }
  if (ways.length > 1) tell([ways[1] ?? ''], `stands beside ${ways[0]}`, `keep one of ${ways.join(', ')}`);
  if (forge['app'] !== undefined && (forge['kind'] === 'gitea' || forge['kind'] === 'forgejo')) {
    tell(['app'], 'only GitHub has Apps', `write tokenFile: secrets/${name}.token instead`);
  }
  if (forge['webhookSecretFiles'] === undefined && forge['webhookSecrets'] === undefined) {
    const fix = `write webhookSecretFiles: [secrets/${name}.hook]; make the file with \`openssl rand -hex 32\``;
    tell([], 'has no webhook secret; without one anybody could start work', fix);
  }
  for (const key of ['url', 'apiUrl']) {
    const message = urlMistake(forge[key]);
    if (message !== undefined)
      tell([key], message, 'write scheme, host and path only, e.g. https://git.example.com');
  }
  const start = repositoryIn(forge);
  if (start !== undefined) {
    tell(
      ['url'],
      'is the address of a repository, not of the start page',
      `write url: ${start}, and the repository into repos (where the forge really is below such a path, write its apiUrl too)`,
    );
  }
  return findings;
}

function checkRepo(value: Record<string, unknown>, repo: unknown, index: number): Finding[] {
  const match = valueAt(repo, ['match']);
  const findings = checkAgentName(value, valueAt(repo, ['agent']), ['repos', index, 'agent']);
  const cloneUrl = valueAt(repo, ['cloneUrl']);
  const message = urlMistake(cloneUrl);
  if (message !== undefined) {
    findings.push({
      path: ['repos', index, 'cloneUrl'],
      message,
      fix: 'the token of the forge is used by itself',
    });
  }
  if (typeof match !== 'string' || !match.includes(':')) return findings;
  const pattern = parsePattern(match);
  const known = forgeNames(value).filter((name) => name !== undefined);
  if (!known.includes(pattern.forge)) {
    const near = suggest(pattern.forge, known);
    const fix =
      near === undefined ? `the forges are ${known.join(', ') || 'none yet'}` : `did you mean "${near}"?`;
    findings.push({ path: ['repos', index, 'match'], message: `there is no forge "${pattern.forge}"`, fix });
  }
  if (cloneUrl !== undefined && !isExact(pattern)) {
    const fix = 'add an entry for the one repository, without *';
    findings.push({
      path: ['repos', index, 'cloneUrl'],
      message: 'would be the same for several repositories',
      fix,
    });
  }
  return findings;
}

function checkDefaultAgent(value: Record<string, unknown>): Finding[] {
  const { agent, agents } = value;
  if (agent !== undefined) return checkAgentName(value, agent, ['agent']);
  if (!isRecord(agents)) return [];
  const names = Object.keys(agents);
  if (names.length === 0 || Object.hasOwn(agents, defaultAgent(names))) return [];
  const message = `of ${names.length} agents none is the default one`;
  return [
    { path: ['agents'], message, fix: `write agent: ${names[0] ?? ''} (or another) on a line of its own` },
  ];
}

/** Here and not as the keys of the schema's map: zod would not look into an entry with a bad key. */
function checkAgentNames({ agents }: Record<string, unknown>): Finding[] {
  if (!isRecord(agents)) return [];
  const bad = Object.keys(agents).filter((name) => !AGENT_NAME.test(name));
  const message = 'a name must be lower-case letters, digits and hyphens';
  return bad.map((name) => ({ path: ['agents', name], message, fix: 'write for example my-agent' }));
}

function checkAgentName(value: Record<string, unknown>, name: unknown, path: (string | number)[]): Finding[] {
  const agents = value['agents'] ?? { opencode: {} };
  if (typeof name !== 'string' || !isRecord(agents) || Object.hasOwn(agents, name)) return [];
  const known = Object.keys(agents);
  const near = suggest(name, known);
  const fix =
    near === undefined ? `the agents are ${known.join(', ') || 'none yet'}` : `did you mean "${near}"?`;
  return [{ path, message: `there is no agent "${name}" in agents`, fix }];
}

function checkPort(value: Record<string, unknown>, key: string, usual: number): Finding[] {
  const address = valueAt(value, ['server', key]);
  const port = typeof address === 'string' ? Number(/:(\d+)$/.exec(address)?.[1] ?? 0) : 0;
  if (port <= 65_535) return [];
  return [
    {
      path: ['server', key],
      message: 'the port is above 65535',
      fix: `write for example ${key}: 127.0.0.1:${usual}`,
    },
  ];
}

/** Else the second one is told that another process has the port: it is kugetsu itself. */
function checkTwoAddresses(value: Record<string, unknown>): Finding[] {
  const path = ['server', 'admin'];
  const admin = valueAt(value, path);
  if (typeof admin !== 'string' || admin !== valueAt(value, ['server', 'listen']) || admin.endsWith(':0'))
    return [];
  const fix = 'write for example admin: 127.0.0.1:8421';
  return [{ path, message: 'is the address of listen already', fix }];
}

/** Whoever can reach the API can try tokens: that others can is said aloud. */
function checkAdmin(value: Record<string, unknown>): Finding[] {
  const admin = valueAt(value, ['server', 'admin']);
  if (typeof admin !== 'string' || valueAt(value, ['server', 'adminPublic']) === true) return [];
  const { host } = toAddress(admin);
  // An address without a port is told as one already.
  if (host === '' || !/:\d+$/.test(admin) || LOOPBACK.test(host)) return [];
  const fix = 'write admin: 127.0.0.1:8421, or adminPublic: true beside it where others shall reach the API';
  return [{ path: ['server', 'admin'], message: 'can be reached from other machines', fix }];
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|(0{0,4}:){2,7}0{0,3}1)$/i;

/** By their place; undefined where an entry has none. */
function forgeNames(value: Record<string, unknown>): (string | undefined)[] {
  return entriesOf(value['forges']).map((forge) => {
    const name = valueAt(forge, ['name']);
    return typeof name === 'string' ? name : undefined;
  });
}

/** The start page, where a repository's address was written: Gitea can be below a folder, GitHub never. */
function repositoryIn(forge: Record<string, unknown>): string | undefined {
  const { url: text, kind, apiUrl } = forge;
  if (typeof text !== 'string' || !URL.canParse(text) || apiUrl !== undefined) return undefined;
  const url = new URL(text);
  const parts = url.pathname.split('/').filter((part) => part !== '');
  const most = kind === 'github' ? 0 : 1;
  if (parts.length <= most && !text.endsWith('.git')) return undefined;
  const folder = kind === 'github' ? [] : parts.slice(0, -2);
  return [url.origin, ...folder].join('/');
}

/** A password in an address ends up in logs and in git's own files. */
function urlMistake(text: unknown): string | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'an address must not hold a name or a password';
  return url.search === '' && url.hash === '' ? undefined : 'an address must not hold ? or #';
}
