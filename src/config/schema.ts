// The one description of config.yaml: what is allowed, what is the default, what it means. Docs and JSON schema come from it.
import { WRITTEN_KINDS } from './forge-kinds.js';
import { z } from 'zod';
import { agent } from './schema-agents.js';
import { laterSections } from './schema-later.js';
import {
  agentName,
  days,
  filePath,
  fromEnvironment,
  hostPort,
  httpUrl,
  isAddressOrRange,
  repoPattern,
  whole,
} from './schema-values.js';

const server = z.strictObject({
  listen: hostPort
    .default('127.0.0.1:8420')
    .describe('Where webhooks are received. Put a reverse proxy in front.'),
  admin: hostPort
    .default('127.0.0.1:8421')
    .describe('Where the API is; every request needs a token there. Put TLS in front for others.'),
  adminPublic: z
    .boolean()
    .default(false)
    .describe(
      'Whether `admin` may listen on an address that is not loopback, and be asked under the host of `publicUrl`.',
    ),
  publicUrl: httpUrl
    .optional()
    .meta({ description: 'How the forge reaches `listen`.', examples: ['https://kugetsu.example.com'] }),
  trustedProxies: z
    .array(
      z.string().refine((text) => isAddressOrRange(text), {
        error: 'must be an address or a range of addresses',
      }),
    )
    .default([])
    .meta({
      description:
        'Addresses of reverse proxies whose `X-Forwarded-For` is believed: clients behind them are told apart, and the proxy itself has no cap.',
      examples: [['127.0.0.1', '10.0.0.0/8']],
    }),
});

const app = z.strictObject({
  id: whole(1, Number.MAX_SAFE_INTEGER).meta({ description: 'The id of the App.', examples: [12345] }),
  privateKeyFile: filePath.meta({
    description: 'File with its private key (PEM).',
    examples: ['secrets/hub.pem'],
  }),
});

export const forge = z.strictObject({
  name: agentName.meta({
    description: 'Names the connection; the forge posts to `/webhooks/NAME`.',
    examples: ['work'],
  }),
  kind: z
    .enum(WRITTEN_KINDS, {
      error: (issue) =>
        issue.input === 'gitlab' ? 'gitlab is not supported yet; gitea, forgejo and github are' : undefined,
    })
    .meta({ description: 'What runs there; `forgejo` and `gitea` mean the same.', examples: ['gitea'] }),
  url: httpUrl.meta({ description: 'Address of its start page.', examples: ['https://git.example.com'] }),
  apiUrl: httpUrl.optional().meta({
    description: 'Address of the API, if it is not where this kind of forge has it.',
    examples: ['https://git.example.com/api/v1'],
  }),
  token: fromEnvironment
    .optional()
    .meta({ description: 'Token of the bot account, from the environment.', examples: ['${WORK_TOKEN}'] }),
  tokenFile: filePath.optional().meta({
    description: 'File with the token of the bot account (mode 600, relative to the home).',
    examples: ['secrets/work.token'],
  }),
  app: app.optional().meta({ description: 'A GitHub App instead of a token.' }),
  webhookSecretFiles: z
    .array(filePath)
    .min(1)
    .optional()
    .meta({
      description: 'Files with the secret of the webhook; several while it is being changed.',
      examples: [['secrets/work.hook']],
    }),
  webhookSecrets: z
    .array(fromEnvironment)
    .min(1)
    .optional()
    .meta({ description: 'The same from the environment.', examples: [['${WORK_HOOK_SECRET}']] }),
});

const repo = z.strictObject({
  match: repoPattern.meta({
    description:
      '`FORGE:OWNER/NAME` with `*` and `**`, or `FORGE:OWNER/NAME#14` for one issue. Of several that match, the more exact one wins, key by key.',
    examples: ['work:acme/*'],
  }),
  agent: agentName
    .optional()
    .meta({ description: 'Which of `agents` works here; else the default one.', examples: ['claude'] }),
  base: z
    .string()
    .regex(/^(?!-)[^\s~^:?*\\[]+$/, { error: 'must be the name of a branch' })
    .optional()
    .meta({
      description: "Branch to start from; else the repository's default branch.",
      examples: ['develop'],
    }),
  cloneUrl: httpUrl.optional().meta({
    description: 'Where to fetch from, if it is not the forge itself. Only for one repository.',
    examples: ['https://mirror.example.com/acme/api.git'],
  }),
});

/** Those of the table of verbs that a label may ask; a test holds the two together. */
export const LABEL_VERBS = ['start', 'continue', 'retry', 'stop', 'delegate'] as const;

const trigger = z.strictObject({
  word: z
    .string()
    .regex(/^[/@!][A-Za-z][A-Za-z0-9_-]*$/, {
      error: 'must be one word that begins with /, @ or !',
    })
    .default('/kugetsu')
    .describe('The word at the beginning of a line that makes it a command.'),
  labels: z
    .record(z.string().min(1), z.enum(LABEL_VERBS))
    .default({ kugetsu: 'start', 'kugetsu-pm': 'delegate' })
    .describe('Labels and the verb each stands for.'),
  permission: z
    .enum(['read', 'write', 'admin'])
    .default('write')
    .describe('The least permission on the repository that may start work.'),
  strangersText: z
    .boolean()
    .default(false)
    .describe('Whether comments and reviews of people without write permission reach the agent too.'),
  bots: z
    .array(z.string().min(1))
    .default([])
    .meta({ description: 'Bot accounts that may use it.', examples: [['renovate-bot']] }),
});

const sandbox = z.strictObject({
  kind: z
    .enum(['bubblewrap', 'none'])
    .default('bubblewrap')
    .describe('How agents are kept apart; with `none` they are not, and every report says so.'),
  allowRoot: z
    .boolean()
    .default(false)
    .describe('Whether agents may run when kugetsu is started by root; else it does not start then.'),
});

const limits = z.strictObject({
  agents: whole(1, 1000).default(3).describe('Agents at work at once.'),
  pm: whole(0, 100).default(1).describe('PM agents at work at once; not counted among `agents`.'),
  perRepo: whole(1, 1000)
    .optional()
    .meta({
      description: 'Agents at work in one repository at once; else as many as `agents`.',
      examples: [3],
    }),
  memoryPerAgentMb: whole(0, 1_000_000)
    .default(700)
    .describe('No task begins while less memory than this is free.'),
  taskTimeoutHours: z.number().positive().max(720).default(1).describe('Longest time of one run.'),
  idleTimeoutMinutes: z
    .number()
    .positive()
    .max(10_080)
    .default(10)
    .describe('Longest time without a sign of life.'),
  attempts: whole(1, 20).default(3).describe('Runs of one task before it has failed.'),
  turnsWithoutHuman: whole(0, 100)
    .default(3)
    .describe('Turns that reviews and checks may cause without a person.'),
  questionHours: z.number().positive().max(8_760).default(24).describe('How long a question is waited for.'),
  checkRepairs: whole(0, 100).default(1).describe('Turns that mend failed checks.'),
  perPerson: whole(1, 100_000).default(20).describe('Tasks of one person in a day.'),
  perDay: whole(1, 1_000_000).default(200).describe('Tasks in a day.'),
});

const branches = z.strictObject({
  template: z
    .string()
    .regex(
      /^(?![/.-])(?!.*(\.\.|\/\/|\/\.|\.lock($|\/)|[/.]$))(?:[A-Za-z0-9._/-]|\{(?:ref|owner|repo)\})*$/,
      {
        error: 'may hold letters, digits, . _ / - and {ref}, {owner}, {repo}',
      },
    )
    .regex(/\{ref\}/, { error: 'must hold {ref}, or all issues would share one branch' })
    .default('fix/issue-{ref}')
    .describe('Name of the branch: `{ref}` (the number), `{owner}`, `{repo}`.'),
});

const retention = z.strictObject({
  logDays: days().default(7).describe('Logs of tasks.'),
  rescueDays: days().default(30).describe('Rescued work.'),
  queueDays: days().default(7).describe('Ended tasks in the queue.'),
  transcriptDays: days().default(90).describe('Transcripts of agents.'),
  idleSessionDays: days().default(30).describe('Sessions in which nothing happens.'),
});

const git = z.strictObject({
  name: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: "Name on commits; else the bot's login.",
      examples: ['kugetsu'],
    }),
  email: z
    .email({ error: 'must be a mail address' })
    .optional()
    .meta({
      description: "Address on commits; else the bot's noreply address.",
      examples: ['kugetsu@example.com'],
    }),
});

export const configFile = z.strictObject({
  server: server.prefault({}).describe('Where kugetsu listens.'),
  forges: z.array(forge).min(1).describe('The forges it is connected to.'),
  repos: z.array(repo).min(1).describe('Where it may work. Nothing outside this list runs.'),
  trigger: trigger.prefault({}).describe('What starts work, and who may.'),
  agent: agentName
    .optional()
    .describe('The agent that works where a repository names none; else the only one, else `opencode`.'),
  agents: z
    .record(z.string(), agent)
    .prefault({ opencode: { kind: 'opencode' } })
    .describe('The agents by name. Each has one of the kinds below.'),
  sandbox: sandbox.prefault({}).describe('What keeps agents apart from this machine.'),
  limits: limits.prefault({}).describe('How much at once, and how long.'),
  branches: branches.prefault({}).describe('The branches it pushes.'),
  retention: retention.prefault({}).describe('How many days things are kept.'),
  git: git.prefault({}).describe('Who commits.'),
  ...laterSections,
});

/** config.yaml with its defaults filled in, before secrets are read. */
export type ConfigFile = z.output<typeof configFile>;
export type ForgeEntry = z.output<typeof forge>;
export type AgentConfig = z.output<typeof agent>;
