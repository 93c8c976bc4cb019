// What reaches an agent's environment: a fixed small set, the turn's facts, and the variables its entry names. Pure.
import { KugetsuError } from '../support/errors.js';

export interface AgentEnvironment {
  /** Search path for programs. */
  readonly path: string;
  /** The session's private folder. */
  readonly home: string;
  /** The task's folder, gone after the run. */
  readonly tmpDir: string;
  /** KUGETSU_TASK, KUGETSU_ISSUE and so on; every name begins with KUGETSU_. */
  readonly facts: Readonly<Record<string, string>>;
  /** Author and committer of the agent's commits. */
  readonly identity: { readonly name: string; readonly email: string };
  /** From the env files, only those the agent's entry names. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The whole environment of an agent's process. Nothing of the server's own environment is in it.
 * @throws Error (code AGENT_ENV_REFUSED) when `variables` holds a name that {@link refusedVariable} refuses.
 */
export function agentEnvironment(options: AgentEnvironment): Record<string, string> {
  assertAllowed(Object.keys(options.variables));
  const { name, email } = options.identity;
  return {
    ...options.variables,
    ...options.facts,
    PATH: options.path,
    HOME: options.home,
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    TMPDIR: options.tmpDir,
    // Programs that would open an editor, a pager or ask for a password return at once: nobody is there to answer.
    GIT_EDITOR: 'true',
    EDITOR: 'true',
    PAGER: 'cat',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}

/** @throws Error (code AGENT_ENV_REFUSED) that names every refused variable with its reason. */
export function assertAllowed(names: readonly string[]): void {
  const reasons = names.map((name) => refusedVariable(name)).filter((reason) => reason !== undefined);
  if (reasons.length > 0) throw new KugetsuError('AGENT_ENV_REFUSED', reasons.join('\n'));
}

/** Why an agent may not have this variable, as a sentence for the operator; undefined when it may. */
export function refusedVariable(name: string): string | undefined {
  const upper = name.toUpperCase();
  const rule = rules.find(({ pattern }) => pattern.test(upper));
  return rule === undefined ? undefined : `${name} cannot reach an agent: ${rule.reason}`;
}

const rules: readonly { pattern: RegExp; reason: string }[] = [
  {
    pattern: /^(GH|GITHUB|GITEA|FORGEJO|GITLAB|GL|CODEBERG)_(ENTERPRISE_)?(TOKEN|PAT|PASSWORD|API_TOKEN)$/,
    reason: 'it is a forge token, and the server does the pushing',
  },
  { pattern: /WEBHOOK_SECRET/, reason: 'with it anybody could sign deliveries in the name of the forge' },
  {
    pattern:
      /^(ANTHROPIC|OPENAI|AZURE_OPENAI|GEMINI|GOOGLE|GOOGLE_GENERATIVE_AI|OPENROUTER|MISTRAL|GROQ|DEEPSEEK|XAI|TOGETHER|FIREWORKS|CEREBRAS|COHERE|PERPLEXITY|MOONSHOT|ZAI|OPENCODE)_(API_KEY|AUTH_TOKEN|KEY)$|^CLAUDE_CODE_OAUTH_TOKEN$|^AWS_BEARER_TOKEN_BEDROCK$/,
    reason: 'it is a model key, which every tool of the agent could read; the gateway holds the key',
  },
  { pattern: /^LD_|^DYLD_/, reason: 'it changes how programs start, the sandbox itself included' },
  { pattern: /^KUGETSU_/, reason: "names that begin with KUGETSU_ are the server's" },
  {
    pattern:
      /^(PATH|HOME|LANG|TERM|TMPDIR|GIT_EDITOR|EDITOR|PAGER|GIT_TERMINAL_PROMPT|GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL))$/,
    reason: 'kugetsu sets it itself',
  },
];
