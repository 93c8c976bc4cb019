// Which agent plays in the demo, and what it is missing: said before anything starts.
import { findScripted } from '../../agents/command/find-scripted.js';
import { createAgent } from '../../agents/create.js';
import type { Environment } from '../../config/home.js';
import { KugetsuError } from '../../support/errors.js';

export interface DemoAgentWish {
  readonly agent: string;
  /** `provider/model`. */
  readonly model?: string;
  /** Base address of a server with OpenAI's API, for a model of one's own. */
  readonly modelUrl?: string;
}

export interface DemoAgent {
  readonly name: string;
  /** Its entry below `agents:` in the demo's config. */
  readonly entry: Readonly<Record<string, unknown>>;
  /** What will be used, for people. */
  readonly words: string;
  /** Variables that the entry names. */
  readonly env: Environment;
}

/** Variables in which opencode's providers are commonly given a key. */
const KEY_OF: Readonly<Record<string, string>> = {
  anthropic: 'ANTHROPIC_API_KEY',
  openai: 'OPENAI_API_KEY',
  google: 'GOOGLE_GENERATIVE_AI_API_KEY',
  openrouter: 'OPENROUTER_API_KEY',
};

/** @throws KugetsuError (exit 2) that says what is missing and how to give it. */
export async function chooseAgent(wish: DemoAgentWish, env: Environment): Promise<DemoAgent> {
  if (wish.agent === 'scripted') {
    const { command, readOnly } = findScripted();
    return { name: 'scripted', entry: { kind: 'command', command, readOnly }, words: 'scripted', env: {} };
  }
  if (wish.agent !== 'opencode') throw mistake(`--agent ${wish.agent}: the demo knows scripted and opencode`);
  const probe = await createAgent('opencode', { kind: 'opencode' }).probe();
  if (!probe.ok) throw mistake(probe.problems.join(' '));
  const { config, key } = modelSettings(wish, env);
  return {
    name: 'opencode',
    entry: { kind: 'opencode', model: wish.model, config },
    words: `opencode ${probe.version ?? ''} with ${wish.model}, key: ${key ?? 'none'}`,
    env: key === undefined ? {} : { [key]: env[key] },
  };
}

function modelSettings(wish: DemoAgentWish, env: Environment): { config: object; key: string | undefined } {
  const [, provider, model] = /^([\w.-]+)\/(\S+)$/.exec(wish.model ?? '') ?? [];
  if (provider === undefined || model === undefined) throw mistake(WHICH_MODEL);
  const quiet = { enabled_providers: [provider], small_model: wish.model };
  if (wish.modelUrl !== undefined) {
    const options = { baseURL: wish.modelUrl, apiKey: 'unused' };
    const models = { [model]: { name: model, tool_call: true } };
    const entry = { npm: '@ai-sdk/openai-compatible', name: provider, options, models };
    return { config: { ...quiet, provider: { [provider]: entry } }, key: undefined };
  }
  const key = KEY_OF[provider];
  if (key === undefined) return { config: quiet, key };
  if (env[key] === undefined || env[key] === '')
    throw mistake(`${wish.model} needs a key: set ${key} in the environment and try again`);
  const options = { apiKey: `\${${key}}` };
  return { config: { ...quiet, provider: { [provider]: { options } } }, key };
}

const WHICH_MODEL = [
  '--agent opencode needs a model, written PROVIDER/MODEL:',
  '  --model anthropic/claude-sonnet-4-5          with ANTHROPIC_API_KEY in the environment (also openai, google, openrouter)',
  '  --model local/NAME --model-url http://127.0.0.1:8000/v1     a model server of your own with OpenAI’s API',
].join('\n');

function mistake(message: string): KugetsuError {
  return new KugetsuError('demo_agent', message, { exitCode: 2 });
}
