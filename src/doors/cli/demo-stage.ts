// The stage of the demo: a practice forge with a repository and people, and a kugetsu connected to it, both on loopback.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureHome } from '../../config/home.js';
import { loadConfig } from '../../config/load.js';
import { startPracticeForge, type PracticeForge, type PracticeRepo } from '../../practice/client.js';
import { createBubblewrapSandbox } from '../../sandbox/bubblewrap.js';
import { isRoot } from '../../sandbox/root.js';
import { describeError, KugetsuError } from '../../support/errors.js';
import { createLog } from '../../support/log.js';
import { createMasker } from '../../support/mask.js';
import type { CliDeps } from './command.js';
import type { DemoAgent } from './demo-agent.js';
import { runServer } from './run-server.js';

export interface Stage {
  readonly forge: PracticeForge;
  readonly repo: PracticeRepo;
  readonly home: string;
  readonly agent: DemoAgent;
  /** Unprotected runs are said loudly. */
  readonly sandbox: { readonly kind: 'bubblewrap' | 'none'; readonly why: string; readonly asRoot: boolean };
  readonly maintainer: { readonly token: string };
  readonly signal: AbortSignal;
  readonly close: () => Promise<void>;
}

const SECRET = 'demo-secret-on-loopback-only';
const FILES = {
  'README.md': '# greeter\n\nA sample repository of the kugetsu demo.\n',
  'src/greet.txt': 'Hello\n',
};

export async function openStage(on: {
  folder: string;
  port: number;
  agent: DemoAgent;
  deps: CliDeps;
}): Promise<Stage> {
  const { folder, deps } = on;
  const forge = await startPracticeForge({ home: join(folder, 'forge'), port: on.port });
  const ending = new AbortController();
  const outside = deps.stopSignal();
  const signal = AbortSignal.any([ending.signal, outside]);
  try {
    const people = await populate(forge);
    const sandbox = await chooseSandbox();
    const home = join(folder, 'home');
    writeHome({ home, forge, botToken: people.botToken, agent: on.agent, sandbox: sandbox.kind });
    const server = await startServer(home, on.agent, deps, signal);
    await addHook(forge, people.botToken, `${server.url}/webhooks/practice`);
    const close = async () => {
      ending.abort();
      await server.ended.catch((error: unknown) => deps.stderr(`kugetsu: ${describeError(error)}\n`));
      await forge.stop();
    };
    return {
      forge,
      repo: people.repo,
      home,
      agent: on.agent,
      sandbox,
      maintainer: people.maintainer,
      signal,
      close,
    };
  } catch (error) {
    ending.abort();
    await forge.stop();
    throw error;
  }
}

async function populate(forge: PracticeForge) {
  const { control } = forge;
  const maintainer = await control.createUser({ login: 'maintainer' });
  const bot = await control.createUser({ login: 'kugetsu-bot' });
  await control.createUser({ login: 'acme', kind: 'organization', owners: ['maintainer'] });
  const collaborators = { maintainer: 'write', 'kugetsu-bot': 'admin' } as const;
  const repo = await control.createRepo({ owner: 'acme', name: 'greeter', files: FILES, collaborators });
  return { maintainer, repo, botToken: bot.token };
}

async function chooseSandbox(): Promise<Stage['sandbox']> {
  const probe = await createBubblewrapSandbox({}).probe();
  const asRoot = isRoot();
  if (probe.ok) return { kind: 'bubblewrap', why: '', asRoot };
  return { kind: 'none', why: `${probe.problem} ${probe.fix}`, asRoot };
}

function writeHome(on: {
  home: string;
  forge: PracticeForge;
  botToken: string;
  agent: DemoAgent;
  sandbox: string;
}): void {
  const secrets = join(on.home, 'secrets');
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  writeFileSync(join(secrets, 'practice.token'), on.botToken, { mode: 0o600 });
  writeFileSync(join(secrets, 'practice.hook'), SECRET, { mode: 0o600 });
  const lines = [
    'server: { listen: "127.0.0.1:0", admin: "127.0.0.1:0" }',
    'forges:',
    `  - { name: practice, kind: gitea, url: "${on.forge.url}", tokenFile: secrets/practice.token, webhookSecretFiles: [secrets/practice.hook] }`,
    'repos:',
    '  - match: practice:acme/greeter',
    `agent: ${on.agent.name}`,
    'agents:',
    `  ${on.agent.name}: ${JSON.stringify(on.agent.entry)}`,
    `sandbox: { kind: ${on.sandbox}, allowRoot: ${isRoot()} }`,
  ];
  writeFileSync(join(on.home, 'config.yaml'), `${lines.join('\n')}\n`, { mode: 0o600 });
}

async function startServer(
  home: string,
  agent: DemoAgent,
  deps: CliDeps,
  signal: AbortSignal,
): Promise<{ url: string; ended: Promise<void> }> {
  const masker = createMasker();
  const load = () => loadConfig({ home, env: { ...agent.env, PATH: deps.env['PATH'] }, masker });
  const loaded = load();
  if (!loaded.ok)
    throw new KugetsuError(
      'demo_config',
      `the demo's own config does not load: ${JSON.stringify(loaded.problems)}`,
    );
  ensureHome(home);
  const log = createLog({ level: deps.env['KUGETSU_DEBUG'] ? 'debug' : 'error', masker });
  return await new Promise((resolve, reject) => {
    const ended: Promise<void> = runServer(deps, {
      config: { first: loaded, load },
      log,
      masker,
      signal,
      onListening: (url) => resolve({ url, ended }),
    });
    ended.catch(reject);
  });
}

async function addHook(forge: PracticeForge, token: string, url: string): Promise<void> {
  const hook = {
    type: 'gitea',
    config: { url, content_type: 'json', secret: SECRET },
    events: ['issues', 'pull_request'],
    active: true,
  };
  const answer = await forge.as(token)('POST', '/api/v1/repos/acme/greeter/hooks', hook);
  if (answer.status !== 201)
    throw new KugetsuError('demo_hook', `the practice forge took no hook: ${JSON.stringify(answer.body)}`);
}
