// Takes one guard at a time out of a copy of the source and shows that tests notice: `npm run guards`.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const GUARDS = [
  {
    name: 'signature check',
    changes: [
      [
        'src/forges/verify.ts',
        '  return false;\n}\n\n/** The library',
        '  return true;\n}\n\n/** The library',
      ],
    ],
    tests: ['test/unit/forges/verify.test.ts'],
  },
  {
    name: 'permission check',
    changes: [
      ['src/verbs/authorize.ts', 'if (permits(standing.permission, least))', 'if (least !== undefined)'],
    ],
    tests: ['test/flow/who.test.ts', '-t', 'start nothing'],
  },
  {
    name: 'lease on the push',
    changes: [['src/git/push.ts', '`--force-with-lease=${ref}:${lease}`', "lease === 'x' ? '' : '--force'"]],
    tests: ['test/contract/git/push.test.ts'],
  },
  {
    name: 'one task per issue',
    changes: [
      ['src/store/sqlite/task-add.ts', "busy ? 'waiting' : 'ready'", "busy ? 'ready' : 'ready'"],
      ['src/store/sqlite/version-1.ts', 'create unique index tasks_head', 'create index tasks_head'],
    ],
    tests: ['test/flow/verbs.test.ts', '-t', 'waiting follow-ups'],
  },
  {
    name: 'marker check',
    changes: [
      ['src/words/marker.ts', 'if (timingSafeEqual(Buffer.from(mac), expected))', 'if (expected.length > 0)'],
    ],
    tests: ['test/flow/forged-marker.test.ts'],
  },
  {
    name: 'C3: an order is by the one who wrote it',
    changes: [
      [
        'src/doors/webhook/in-text.ts',
        'const added = isByActor(source) ? newCommands : commandsOfEditor;',
        'const added = source === undefined ? commandsOfEditor : newCommands;',
      ],
    ],
    tests: ['test/flow/whose-order.test.ts', '-t', 'C3'],
  },
  {
    name: 'C4: what came after the trigger is not told',
    changes: [['src/verbs/read-subject.ts', '!isAfter(comment, trigger)', "comment.id !== ''"]],
    tests: ['test/flow/told.test.ts', '-t', 'C4'],
  },
  {
    name: 'A1: a step writes only what it decided',
    changes: [
      [
        'src/work/workspace.ts',
        '(row) => prepared(noticed(row, notice), ready)',
        '() => prepared({ ...found, pushedSha: stored.pushedSha, state: "running" }, ready)',
      ],
    ],
    tests: ['test/flow/own-pushes.test.ts', '-t', 'A1: the first turn'],
  },
  {
    name: 'A4: our own commit at the forge is a success',
    changes: [['src/work/push-work.ts', "if (sha === on.tip) return { kind: 'there' };", '']],
    tests: ['test/flow/own-pushes.test.ts', '-t', 'A4: a push whose answer is lost'],
  },
  {
    name: 'API tokens: scope and repositories',
    changes: [
      ['src/verbs/authorize.ts', 'if (!includes(scope, needed))', 'if (needed === undefined)'],
      [
        'src/verbs/authorize.ts',
        'if (repos === undefined) return { allowed: true };',
        'if (scope !== undefined) return { allowed: true };',
      ],
      [
        'src/doors/api/caller.ts',
        "if (token === undefined || stateOf(token, now) !== 'valid') throw unauthorized();",
        'if (token === undefined) throw unauthorized();',
      ],
    ],
    tests: ['test/flow/api-tokens.test.ts', 'test/flow/api-verbs.test.ts', '-t', 'token'],
  },
];

/** `npm run guards -- C3` tries those whose name holds the word. */
const chosen = GUARDS.filter(({ name }) => name.includes(process.argv[2] ?? ''));
if (chosen.length === 0) {
  const names = GUARDS.map(({ name }) => name).join('\n  ');
  process.stderr.write(`no guard has ${process.argv[2]} in its name; there are\n  ${names}\n`);
  process.exit(2);
}
const project = resolve(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'kugetsu-guards-'));
try {
  for (const name of [
    'src',
    'test',
    'fixtures',
    'docs',
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'vitest.config.ts',
  ]) {
    cpSync(join(project, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
  const sound = failures([...new Set(chosen.map((guard) => guard.tests[0]))]);
  if (sound.length > 0) throw new Error(`these tests fail with every guard in place: ${sound.join('; ')}`);
  let caught = 0;
  for (const guard of chosen) caught += tryWithout(guard) ? 1 : 0;
  process.stdout.write(`${chosen.length} guards, ${caught} caught\n`);
  if (caught < chosen.length) process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

/** True when a test noticed. */
function tryWithout({ name, changes, tests }) {
  const originals = changes.map(([file, from, to]) => replaceOnce(file, from, to));
  const failed = failures(tests);
  for (const [file, text] of originals) writeFileSync(file, text);
  process.stdout.write(
    failed.length > 0 ? `${name}: caught by\n  ${failed.join('\n  ')}\n` : `${name}: NOT CAUGHT\n`,
  );
  return failed.length > 0;
}

/** The text must be there exactly once: a guard that moved is a reason to look here. */
function replaceOnce(name, from, to) {
  const file = join(copy, name);
  const text = readFileSync(file, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${name} does not hold exactly once: ${from}`);
  writeFileSync(
    file,
    text.replace(from, () => to),
  );
  return [file, text];
}

/** Names of the tests that fail in the copy. */
function failures(tests) {
  const tsc = join('node_modules', '.bin', 'tsc');
  // A taken-out guard may leave an unused name behind: the compiler complains and writes the code all the same.
  spawnSync(tsc, ['-p', 'tsconfig.build.json'], { cwd: copy });
  const output = join(copy, 'result.json');
  rmSync(output, { force: true });
  spawnSync(
    join('node_modules', '.bin', 'vitest'),
    ['run', ...tests, '--reporter=json', `--outputFile=${output}`],
    { cwd: copy },
  );
  const { testResults } = JSON.parse(readFileSync(output, 'utf8'));
  const ended = testResults.flatMap((file) => file.assertionResults);
  if (ended.every((test) => test.status !== 'passed' && test.status !== 'failed'))
    throw new Error(`no test ran: ${tests.join(' ')}`);
  return ended.filter((test) => test.status === 'failed').map((test) => test.fullName.trim());
}
