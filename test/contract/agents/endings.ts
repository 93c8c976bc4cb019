// How a turn of opencode or of a command can end badly, and what is said of it. Each function is a part that a form of the suite takes or leaves.
import { expect, test } from 'vitest';
import { createAgents } from '../../../src/agents/create.js';
import { createCommandAgent } from '../../../src/agents/command/command.js';
import { findScripted } from '../../../src/agents/command/find-scripted.js';
import { createOpencodeAgent } from '../../../src/agents/opencode/opencode.js';
import { createNoneSandbox } from '../../../src/sandbox/none.js';
import { scriptedModel } from '../../support/model-server.js';
import { createBench, runTurn } from '../../support/scripted-bench.js';
import { modelServer, opencodeProgram, variants } from './variants.js';

const none = createNoneSandbox();
const { model, config } = scriptedModel(modelServer);
const base = { name: 'opencode', program: opencodeProgram, model, config };
const command = variants.find(({ name }) => name === 'command in none')?.agent;

export function refusalsOfTheModel(): void {
  test('opencode: what its model refuses has a class that decides what happens next', async () => {
    const bench = createBench(none);
    const session = await bench.open(createOpencodeAgent(base));
    const endings: unknown[] = [];
    for (const order of [
      'model: status 401',
      'model: status 402',
      'model: status 404',
      'model: status 429 You exceeded your current quota',
      'model: length',
      'model: write a.txt still works\nmodel: say Fine.',
    ]) {
      const { outcome } = await runTurn(session, order);
      endings.push(outcome.kind === 'failed' ? `${outcome.class} ${outcome.retryable}` : outcome.kind);
    }
    expect(endings).toEqual([
      'auth false',
      'quota false',
      'config false',
      'quota false',
      'context false',
      'done',
    ]);
    await session.close();
  });
}

/** Where the model is away, unknown or refused a tool, or the stored session is gone. */
export function rareEndings(): void {
  test('opencode: a model that stays down is given up, and may be tried again later', async () => {
    const bench = createBench(none);
    const patience = { modelRetries: 0, longestWaitMs: 90_000 };
    const session = await bench.open(createOpencodeAgent({ ...base, patience }));
    const { outcome, events } = await runTurn(session, 'model: status 503 down');
    expect(outcome).toMatchObject({ kind: 'failed', class: 'overloaded', retryable: true });
    expect(events).toContainEqual({ type: 'retrying', reason: 'down' });
    await session.close();
  });

  test('opencode: a turn with a refused tool is not a success, although the model said it was', async () => {
    const bench = createBench(none);
    const permission = { bash: { '*': 'allow', 'rm *': 'deny' } };
    const session = await bench.open(createOpencodeAgent({ ...base, config: { ...config, permission } }));
    const { outcome } = await runTurn(
      session,
      'model: write a.txt one\nmodel: bash rm a.txt\nmodel: say All done.',
    );
    expect(outcome).toMatchObject({ kind: 'failed', class: 'refused_tool', retryable: false });
    expect(outcome).toMatchObject({ message: expect.stringContaining('rm a.txt') });
    expect(bench.read('a.txt')).toBe('one\n');
    await session.close();
  });

  test('opencode: an unknown model is a mistake of the configuration', async () => {
    const bench = createBench(none);
    const session = await bench.open(createOpencodeAgent(base), { model: 'scripted/no-such-model' });
    const { outcome } = await runTurn(session, 'model: say hi');
    expect(outcome).toMatchObject({ kind: 'failed', class: 'config', retryable: false });
    await session.close();
  });

  test('opencode: a stored session that is gone is said to be lost', async () => {
    const bench = createBench(none);
    const session = await bench.open(createOpencodeAgent(base), { resume: 'ses_0123456789abcdefghijklmnop' });
    const { outcome } = await runTurn(session, 'model: say hi');
    const message = expect.stringContaining('no longer knows session');
    expect(outcome).toEqual({ kind: 'failed', class: 'session_lost', message, retryable: true });
    await session.close();
  });
}

/** Of a command, and of any program that cannot be started: no opencode runs. */
export function endingsOfPrograms(): void {
  test('a program that is not there is a mistake of the configuration', async () => {
    const bench = createBench(none);
    for (const agent of [
      createCommandAgent({ name: 'x', command: ['no-such-program-here'] }),
      createOpencodeAgent({ ...base, program: 'no-such-program-here' }),
    ]) {
      expect((await agent.probe()).problems.join()).toContain('no-such-program-here');
      const session = await bench.open(agent);
      const { outcome } = await runTurn(session, 'hi');
      expect(outcome).toMatchObject({ kind: 'failed', class: 'config', retryable: false });
      await session.close();
    }
    expect(bench.marks).toEqual([]);
  });

  test('command: exit codes, a crash and a flood', async () => {
    const bench = createBench(none);
    if (command === undefined) throw new Error('no command agent');
    const session = await bench.open(command);
    const endings: unknown[] = [];
    for (const order of [
      'exit 75',
      'stderr no luck today\nscripted: exit 3',
      'crash',
      'flood 40000000',
      'longline 300000',
    ]) {
      const { outcome, events } = await runTurn(session, `scripted: ${order}`);
      const chars = events.reduce((sum, event) => sum + (event.type === 'text' ? event.text.length : 0), 0);
      endings.push([
        outcome.kind === 'failed' ? outcome.class : outcome.kind,
        Math.round(chars / 1024 / 1024),
      ]);
      if (order.startsWith('stderr'))
        expect(outcome).toMatchObject({ message: expect.stringContaining('no luck today') });
    }
    expect(endings).toEqual([
      ['overloaded', 0],
      ['unknown', 0],
      ['crash', 0],
      ['done', 16],
      ['done', 0],
    ]);
    await session.close();
  });
}

export function modelOfCommand(): void {
  test('command: the model of its entry is told, or that of the task; nothing where there is none', async () => {
    const bench = createBench(none);
    const program = findScripted();
    const [first, ...args] = program.command;
    const entry = { kind: 'command' as const, command: [first, ...args] as [string, ...string[]], env: [] };
    const shown = { readOnly: [...program.readOnly] };
    const entries = { big: { ...entry, ...shown, model: 'big-one' }, plain: { ...entry, ...shown } };
    const agents = createAgents(() => ({ agents: entries }));
    const told: string[] = [];
    for (const [name, model] of [
      ['big', undefined],
      ['big', 'other-one'],
      ['plain', undefined],
    ] as const) {
      const agent = agents.get(name);
      if (agent === undefined) throw new Error('no agent');
      const session = await bench.open(agent, { model });
      await runTurn(session, 'scripted: run printf %s "${KUGETSU_MODEL-none}" > model.txt');
      told.push(bench.read('model.txt'));
      await session.close();
    }
    expect(told).toEqual(['big-one', 'other-one', 'none']);
  });
}
