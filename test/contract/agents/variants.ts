// The agents the suite runs over, each in each sandbox, and how each is told what to do.
import path from 'node:path';
import { afterAll } from 'vitest';
import type { Agent } from '../../../src/agents/agent.js';
import { createCommandAgent } from '../../../src/agents/command/command.js';
import { findScripted } from '../../../src/agents/command/find-scripted.js';
import { createOpencodeAgent } from '../../../src/agents/opencode/opencode.js';
import type { Sandbox } from '../../../src/sandbox/sandbox.js';
import { scriptedModel, startModelServer } from '../../support/model-server.js';
import { sandboxes } from '../../support/scripted-bench.js';

export interface Variant {
  readonly name: string;
  readonly sandbox: Sandbox;
  readonly agent: Agent;
  /** Why it cannot run here; part of the test's title. */
  readonly missing: string | undefined;
  /** Lines of a prompt. */
  readonly orders: {
    write(file: string, text: string): string;
    run(command: string): string;
    say(text: string): string;
    ask(question: string): string;
    readonly hang: string;
    /** Says what it knows of the turns before. */
    readonly recall: string;
  };
}

export const modelServer = await startModelServer();
afterAll(() => modelServer.close());

export const opencodeProgram = path.resolve('node_modules/.bin/opencode');

const command = (): Pick<Variant, 'agent' | 'orders'> => ({
  agent: createCommandAgent({ name: 'scripted', ...findScripted() }),
  orders: {
    write: (file, text) => `scripted: write ${file} ${text}\nscripted: remember wrote ${file}`,
    run: (line) => `scripted: run ${line}`,
    say: (text) => `scripted: summary ${text}`,
    ask: (question) => `scripted: ask ${question}`,
    hang: 'scripted: background\nscripted: run sleep 300 & setsid sleep 300',
    recall: 'scripted: recall',
  },
});

const opencode = (): Pick<Variant, 'agent' | 'orders'> => ({
  agent: createOpencodeAgent({ name: 'opencode', program: opencodeProgram, ...scriptedModel(modelServer) }),
  orders: {
    write: (file, text) => `model: write ${file} ${text}`,
    run: (line) => `model: bash ${line}`,
    say: (text) => `model: say ${text}`,
    ask: (question) => `model: question ${question}`,
    hang: 'model: bash sleep 300 & setsid sleep 300',
    recall: 'model: recall',
  },
});

export const variants: readonly Variant[] = sandboxes.flatMap(({ sandbox, missing }) =>
  Object.entries({ command, opencode }).map(([name, make]) => ({
    name: `${name} in ${sandbox.kind}${missing === undefined ? '' : ` (${missing})`}`,
    sandbox,
    missing,
    ...make(),
  })),
);
