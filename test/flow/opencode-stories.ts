// Stories of the main job with the real opencode, against a scripted model server. A form of the suite takes some or all.
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createBubblewrapSandbox } from '../../src/sandbox/bubblewrap.js';
import { giteaFace, type Face } from '../support/faces.js';
import { HOOK_SECRET, kugetsuOn } from '../support/kugetsu-on.js';
import { scriptedModel, startModelServer, type ModelServer } from '../support/model-server.js';
import { person } from '../support/issue.js';

const PROGRAM = path.resolve('node_modules/.bin/opencode');
const bubblewrap = await createBubblewrapSandbox({}).probe();
if (!bubblewrap.ok) process.stderr.write('skipped: install bubblewrap\n');

async function withOpencode(face: Face, sandbox: 'none' | 'bubblewrap', permission?: object) {
  const model = await startModelServer();
  onTestFinished(() => model.close());
  const k = await kugetsuOn(face, {
    sandbox,
    agents: agents(model, permission),
    config: ['limits: { memoryPerAgentMb: 0, agents: 2 }'],
  });
  return { k, model };
}

function agents(model: ModelServer, permission: object | undefined): string[] {
  const { model: name, config } = scriptedModel(model);
  const entry = {
    kind: 'opencode',
    program: PROGRAM,
    model: name,
    config: { ...config, ...(permission !== undefined && { permission }) },
  };
  return [`scripted: ${JSON.stringify(entry)}`];
}

const STORY = `/kugetsu start use a fake clock
model: todos [x] Read the test; [ ] Use a fake clock
model: write src/login.txt steady
model: bash git add -A && git commit -qm "Use a fake clock"
model: say The login test uses a fake clock now.`;

export function wholeStory(face: Face, sandbox: 'none' | 'bubblewrap'): void {
  test.skipIf(sandbox === 'bubblewrap' && !bubblewrap.ok)(
    `opencode in ${sandbox}: from the comment to nothing left behind (${face.name})`,
    async () => {
      const { k, model } = await withOpencode(face, sandbox);
      const issue = await k.as('maintainer').openIssue('Login test is flaky');
      await issue.comment(STORY);
      await k.settle();
      expect(await issue.final()).toContain('The login test uses a fake clock now.');
      const pull = await issue.pull();
      expect(k.show(`fix/issue-${issue.number}:src/login.txt`)).toContain('steady');
      expect(pull.body).toContain('exit 0');

      await issue.comment('/kugetsu continue\nmodel: write second.txt two\nmodel: say Second turn.');
      await k.settle();
      expect(k.show(`fix/issue-${issue.number}:second.txt`)).toContain('two');
      // The same agent session: the second turn's request still holds the first turn's order.
      expect(model.requests.at(-1)?.raw).toContain('use a fake clock');

      await k.as('maintainer').merge(pull.number);
      await k.settle();
      expect(k.show('main:src/login.txt')).toContain('steady');
      expect([...k.worktrees(), ...k.agentHomes(), ...k.mirrorRefs()]).toEqual([]);
    },
  );
}

export function twoRepositories(): void {
  test('two repositories at once with opencode: nothing of the one in the other', async () => {
    const { k, model } = await withOpencode(giteaFace, 'none');
    const { control } = k.world.forge;
    const collaborators = { maintainer: 'write', 'kugetsu-bot': 'admin' } as const;
    await control.createRepo({
      owner: 'acme',
      name: 'web',
      files: { 'README.md': '# web\n' },
      collaborators,
    });
    const config = { url: `${k.app.url}/webhooks/work`, content_type: 'json', secret: HOOK_SECRET };
    await k.world.forge.as(k.world.botToken)('POST', '/api/v1/repos/acme/web/hooks', {
      type: 'gitea',
      config,
      events: ['issues', 'pull_request'],
      active: true,
    });
    const web = { ...k.world, repo: 'acme/web' };
    const api = await k.as('maintainer').openIssue('Apricot only');
    const other = await person(web, 'maintainer').openIssue('Walnut only');
    await api.comment('/kugetsu start apricot\nmodel: bash pwd > where.txt\nmodel: say Apricot done.');
    await other.comment('/kugetsu start walnut\nmodel: bash pwd > where.txt\nmodel: say Walnut done.');
    await k.settle();
    expect(await api.final()).toContain('Apricot done.');
    expect(await other.final()).toContain('Walnut done.');
    const mixed = model.userTexts().filter((text) => /apricot/i.test(text) && /walnut/i.test(text));
    expect(mixed).toEqual([]);
    const worktrees = k.worktrees();
    expect(new Set(worktrees).size).toBe(2);
    const shown = k.show(`fix/issue-${api.number}:where.txt`).trim();
    expect(worktrees).toContain(shown);
    expect(k.agentHomes()).toHaveLength(2);
  });
}

export function refusedTool(): void {
  test('a turn of opencode that ends after a refused tool is not called a success', async () => {
    const { k } = await withOpencode(giteaFace, 'none', { bash: { '*': 'allow', 'rm *': 'deny' } });
    const issue = await k.as('maintainer').openIssue('Refused');
    await issue.comment('/kugetsu start\nmodel: bash rm README.md\nmodel: say All good!');
    await k.settle();
    expect(await issue.final()).toContain('**Failed**');
    expect(await issue.pulls()).toEqual([]);
  });
}
