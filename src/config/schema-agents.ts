// The kinds of agents in config.yaml.
import { z } from 'zod';
import { filePath } from './schema-values.js';

const variables = z
  .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'must be the name of a variable' }))
  .default([])
  .meta({
    description: 'Variables of the env files that this agent gets. It can read them.',
    examples: [['NPM_TOKEN']],
  });
const model = z
  .string()
  .min(1)
  .optional()
  .meta({
    description: 'Model, in the words of the agent.',
    examples: ['anthropic/claude-sonnet-4-5'],
  });
/** opencode's own words: what comes before the first slash is the provider. */
export const OPENCODE_MODEL = /^[^\s/]+\/\S+$/;
const network = z
  .enum(['open', 'allowlist', 'none'])
  .optional()
  .meta({ description: 'What of the network the agent reaches.', examples: ['allowlist'] });
const command = z.tuple([z.string().min(1)], z.string()).meta({
  description: 'Program and arguments; no shell. A program that begins with `./` is relative to the home.',
  examples: [['./my-agent', '--json']],
});

const readOnly = z
  .array(filePath)
  .default([])
  .meta({
    description: 'Further files and folders that its program needs to see inside the sandbox (read-only).',
    examples: [['/opt/my-agent']],
  });

export const agent = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('opencode').describe('opencode, driven over its HTTP interface.'),
    model: z
      .string()
      .regex(OPENCODE_MODEL, { error: 'must be provider/model, as `opencode models` lists them' })
      .optional()
      .meta({ description: 'Model, as `provider/model`.', examples: ['anthropic/claude-sonnet-4-5'] }),
    env: variables,
    network,
    readOnly,
    program: filePath.optional().meta({
      description: 'The opencode program, if it is not in PATH.',
      examples: ['/opt/opencode/bin/opencode'],
    }),
    config: z
      .record(z.string(), z.unknown())
      .optional()
      .describe("Merged into opencode's own configuration, e.g. its providers."),
  }),
  z.strictObject({
    kind: z.literal('acp').describe('Any agent that speaks the Agent Client Protocol (not built yet).'),
    command,
    model,
    env: variables,
    network,
    readOnly,
  }),
  z.strictObject({
    kind: z.literal('command').describe('Any program: prompt on stdin, JSON lines on stdout.'),
    command,
    model,
    env: variables,
    network,
    readOnly,
  }),
]);
