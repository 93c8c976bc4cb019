import { expect, test } from 'vitest';
import { formatProblem } from '../../../src/config/problem.js';
import { SMALL, problemsOf, told } from './a-home.js';

/** Line by line what is wrong; the test below names every line that must be told. */
const BAD = `server: { listen: nowhere, admin: 127.0.0.1:99999 }
forges:
  - name: Work
    kind: gitlab
    url: git.example.com
    tokenFile: secrets/work.token
    webhookSecretFiles: [secrets/work.hook]
  - name: hub
    kind: gitea
    url: https://bot:pass@git.example.com
    app: { id: 0, privateKeyFile: secrets/hub.pem }
    token: ghp_abc
  - name: hub
    kind: github
    url: https://github.com?x=1
    webhookSecretFile: [secrets/hub.hook]
repos:
  - match: hbu:acme/api
    agent: opncode
  - match: acme/api
  - match: hub:acme/*
    cloneUrl: https://mirror.example.com/x.git
    base: -x
trigger:
  word: kugetsu
  labels: { kugetsu: begin }
  permission: owner
agent: codex
agents:
  opencode: { kind: opencod }
  other: { kind: command }
  empty: { kind: command, command: [] }
  "No Good": { kind: opencode, modle: x }
sandbox: { kind: docker }
limits:
  agents: "3"
  agnets: 3
  pm: 1.5
  attempts: 0
  taskTimeoutHours: 0
branches: { template: fix/issue }
retention:
git: { email: nobody }
foges: []
`;

test('every mistake is told at once, with its line and with what to write', () => {
  expect(told(problemsOf(BAD))).toMatchInlineSnapshot(`
    [
      "1 server.listen: must be an address and a port; write for example listen: 127.0.0.1:8420",
      "1 server.admin: the port is above 65535; write for example admin: 127.0.0.1:8421",
      "3 forges[0].name: must be lower-case letters, digits and hyphens; write for example name: work",
      "4 forges[0].kind: gitlab is not supported yet; gitea, forgejo and github are; remove this forge from the file",
      "5 forges[0].url: must be an address that begins with https:// or http://; write for example url: https://git.example.com",
      "8 forges[1]: has no webhook secret; without one anybody could start work; write webhookSecretFiles: [secrets/hub.hook]; make the file with \`openssl rand -hex 32\`",
      "10 forges[1].url: an address must not hold a name or a password; write scheme, host and path only, e.g. https://git.example.com",
      "11 forges[1].app.id: must be at least 1; write for example id: 12345",
      "11 forges[1].app: stands beside token; keep one of token, app",
      "11 forges[1].app: only GitHub has Apps; write tokenFile: secrets/hub.token instead",
      "12 forges[1].token: must name an environment variable; a secret is not written into config.yaml itself; write for example token: \${WORK_TOKEN}",
      "13 forges[2].name: another forge has the name "hub"; give each forge a name of its own: the webhook is told apart by it",
      "13 forges[2]: has no token; write tokenFile: secrets/hub.token (or token: \${VARIABLE}; on GitHub also app)",
      "13 forges[2]: has no webhook secret; without one anybody could start work; write webhookSecretFiles: [secrets/hub.hook]; make the file with \`openssl rand -hex 32\`",
      "15 forges[2].url: an address must not hold ? or #; write scheme, host and path only, e.g. https://git.example.com",
      "16 forges[2].webhookSecretFile: there is no setting of this name; did you mean "webhookSecretFiles"?",
      "18 repos[0].match: there is no forge "hbu"; did you mean "hub"?",
      "19 repos[0].agent: there is no agent "opncode" in agents; did you mean "opencode"?",
      "20 repos[1].match: must be FORGE:OWNER/NAME (with * and **), or FORGE:OWNER/NAME#14 for one issue; write for example match: work:acme/*",
      "22 repos[2].cloneUrl: would be the same for several repositories; add an entry for the one repository, without *",
      "23 repos[2].base: must be the name of a branch; write for example base: develop",
      "25 trigger.word: must be one word that begins with /, @ or !; write for example word: /kugetsu",
      "26 trigger.labels.kugetsu: must be one of start, continue, retry, stop, delegate ("begin"); write for example kugetsu: start",
      "27 trigger.permission: must be one of read, write, admin ("owner"); write for example permission: write",
      "28 agent: there is no agent "codex" in agents; the agents are opencode, other, empty, No Good",
      "30 agents.opencode.kind: must be one of opencode, acp, command ("opencod"); did you mean "opencode"?",
      "31 agents.other.command: is missing; write for example command: [./my-agent, --json]",
      "32 agents.empty.command[0]: is missing; write for example command: [./my-agent, --json]",
      "33 agents["No Good"].modle: there is no setting of this name; did you mean "model"?",
      "33 agents["No Good"]: a name must be lower-case letters, digits and hyphens; write for example my-agent",
      "34 sandbox.kind: must be one of bubblewrap, none ("docker"); write for example kind: bubblewrap",
      "36 limits.agents: must be a whole number, not a text; write for example agents: 3",
      "37 limits.agnets: there is no setting of this name; did you mean "agents"?",
      "38 limits.pm: must be a whole number, not a fraction; write for example pm: 1",
      "39 limits.attempts: must be at least 1; write for example attempts: 3",
      "40 limits.taskTimeoutHours: must be more than 0; write for example taskTimeoutHours: 1",
      "41 branches.template: must hold {ref}, or all issues would share one branch; write for example template: fix/issue-{ref}",
      "42 retention: is empty; write for example retention: { logDays: 7 }",
      "43 git.email: must be a mail address; write for example email: kugetsu@example.com",
      "44 foges: there is no setting of this name; did you mean "forges"?",
    ]
  `);
});

test('no value that could be a secret is shown', () => {
  const text = problemsOf(BAD).map(formatProblem).join('\n');
  for (const value of ['ghp_abc', 'bot:pass']) expect(text).not.toContain(value);
});

test('a problem is one line with file, line and column', () => {
  const [problem] = problemsOf(SMALL.replace('kind: gitea', 'kind: gitlab'));
  expect(problem && formatProblem(problem)).toMatch(
    /^\/.+\/config\.yaml:3:5: forges\[0\]\.kind: gitlab is not supported yet; .+; remove this forge from the file$/,
  );
});

test('an empty file lacks its forges and repositories', () => {
  expect(told(problemsOf(''))).toMatchInlineSnapshot(`
    [
      "1 forges: is missing; write for example forges: [{ name: work, kind: gitea, url: https://git.example.com }]",
      "1 repos: is missing; write for example repos: [{ match: work:acme/* }]",
    ]
  `);
  expect(told(problemsOf('# nothing yet\n'))).toHaveLength(2);
});

test('empty lists are told too', () => {
  expect(told(problemsOf('forges: []\nrepos: []\n'))).toMatchInlineSnapshot(`
    [
      "1 forges: needs at least one entry; write for example forges: [{ name: work, kind: gitea, url: https://git.example.com }]",
      "2 repos: needs at least one entry; write for example repos: [{ match: work:acme/* }]",
    ]
  `);
});

test('a file that is no mapping is told', () => {
  expect(told(problemsOf('- a\n- b\n'))).toEqual(['1 : holds no settings; begin with forges: and repos:']);
});

test('mistakes in the YAML itself have their lines', () => {
  expect(told(problemsOf(`forges:\n  - name: work\n\tkind: gitea\nrepos: [a\nrepos: b: c\n`)))
    .toMatchInlineSnapshot(`
    [
      "3 : Tabs are not allowed as indentation; indent with spaces instead of tabs",
    ]
  `);
  expect(told(problemsOf('agent: a\nagent: b\n'))).toEqual([
    '2 : Map keys must be unique; keep one of the two',
  ]);
  expect(told(problemsOf('a: 1\n---\nb: 2\n'))[0]).toContain('remove the --- line');
});

test('an alias without its anchor and one that unfolds without end are told', () => {
  expect(told(problemsOf('agent: *nobody\n'))[0]).toContain('instead of using an alias');
  const rows = Array.from(
    { length: 12 },
    (_, n) => `l${n + 1}: &l${n + 1} [${Array(10).fill(`*l${n}`).join(', ')}]`,
  );
  expect(told(problemsOf(['l0: &l0 [x]', ...rows].join('\n')))[0]).toContain('instead of using an alias');
});

test('mistakes behind an alias are told where the alias stands', () => {
  const yaml = `${SMALL}agents:\n  opencode: &one { kind: opencode, modle: x }\n  two: *one\n`;
  expect(problemsOf(yaml).map(({ line, path }) => `${line} ${path}`)).toEqual([
    '10 agents.opencode.modle',
    '10 agents.two.modle',
  ]);
});

test('an API that others can reach is said aloud, or written', () => {
  const at = (server: string) => told(problemsOf(`${SMALL}server: { ${server} }\n`));
  for (const address of ['127.0.0.1:0', '127.8.0.1:1', 'localhost:1', '"[::1]:1"'])
    expect(at(`admin: ${address}`)).toEqual([]);
  for (const address of ['0.0.0.0:8421', '192.0.2.1:1', '"[::]:1"', 'kugetsu.example.com:1']) {
    expect(at(`admin: ${address}`).join()).toMatch(
      /server\.admin: can be reached from other machines; write admin: 127\.0\.0\.1:8421, or adminPublic: true/,
    );
    expect(at(`admin: ${address}, adminPublic: true`)).toEqual([]);
  }
  expect(at('admin: none')).toEqual([expect.stringContaining('must be an address and a port')]);
});

test('the API and the webhooks have an address each', () => {
  const at = (server: string) => told(problemsOf(`${SMALL}server: { ${server} }\n`));
  expect(at('listen: 127.0.0.1:8420, admin: 127.0.0.1:8420')).toEqual([
    expect.stringMatching(/server\.admin: is the address of listen already; write for example admin/),
  ]);
  expect(at('listen: 127.0.0.1:0, admin: 127.0.0.1:0')).toEqual([]);
});
