import { expect, test } from 'vitest';
import { SMALL, configOf, problemsOf, told } from './a-home.js';

test('a variable goes over the file, in the type of the setting', () => {
  const yaml = `${SMALL}limits: { agents: 5, attempts: 2 }\ngit: { name: "12" }\n`;
  const config = configOf(yaml, {
    KUGETSU_LIMITS_AGENTS: '7',
    KUGETSU_LIMITS_TASK_TIMEOUT_HOURS: '0.25',
    KUGETSU_LIMITS_PER_REPO: '',
    KUGETSU_SERVER_PUBLIC_URL: 'https://k.example.com',
    KUGETSU_SANDBOX_KIND: 'none',
    KUGETSU_SANDBOX_ALLOW_ROOT: 'true',
    KUGETSU_GIT_NAME: '34',
    KUGETSU_TRIGGER_WORD: '@bot',
  });
  expect(config.limits).toMatchObject({ agents: 7, taskTimeoutHours: 0.25, attempts: 2, perRepo: 7 });
  expect(config.server.publicUrl).toBe('https://k.example.com');
  expect(config.sandbox).toEqual({ kind: 'none', allowRoot: true });
  expect(config.git.name).toBe('34');
  expect(config.trigger.word).toBe('@bot');
});

test("the earlier tool's names count, a new name goes over them", () => {
  const old = { MAX_CONCURRENT_AGENTS: '4', TASK_TIMEOUT_HOURS: '2', QUEUE_CLEANUP_AGE_DAYS: '14' };
  const config = configOf(SMALL, old);
  expect(config.limits).toMatchObject({ agents: 4, taskTimeoutHours: 2 });
  expect(config.retention.queueDays).toBe(14);
  expect(configOf(SMALL, { ...old, KUGETSU_LIMITS_AGENTS: '9' }).limits.agents).toBe(9);
});

test('settings that only the environment has', () => {
  const config = configOf(SMALL, {
    KUGETSU_VERBOSITY: 'quiet',
    KUGETSU_TEMP_DIR: '/var/tmp/kugetsu',
    WORKTREE_CHECK_PR_STATUS: 'false',
    QUEUE_DAEMON_INTERVAL_MINUTES: '15',
  });
  expect(config.environment).toEqual({
    verbosity: 'quiet',
    tempDir: '/var/tmp/kugetsu',
    checkPullRequests: false,
    reconcileMinutes: 15,
  });
});

test('mistakes in the environment are told by the name of the variable, beside those of the file', () => {
  const env = {
    KUGETSU_LIMITS_AGENTS: 'many',
    MAX_CONCURRENT_AGENTS: '1',
    TASK_TIMEOUT_HOURS: '-1',
    KUGETSU_LIMITS_AGENT: '3',
    KUGETSU_SERVER_PUBLICURL: 'https://k.example.com',
    KUGETSU_RETENTION_X: '1',
    KUGETSU_VERBOSITY: 'loud',
    WORKTREE_CHECK_PR_STATUS: 'no',
    QUEUE_DAEMON_INTERVAL_MINUTES: '0',
    KUGETSU_TASK: 'T-2f9c',
  };
  const problems = problemsOf(`${SMALL}limits: { pm: x }\n`, env);
  expect(told(problems)).toMatchInlineSnapshot(`
    [
      "9 limits.pm: must be a whole number, not a text; write for example pm: 1",
      "- KUGETSU_LIMITS_AGENTS: must be a whole number, not a text; write for example KUGETSU_LIMITS_AGENTS=3",
      "- TASK_TIMEOUT_HOURS: must be more than 0; write for example TASK_TIMEOUT_HOURS=1",
      "- KUGETSU_LIMITS_AGENT: there is no setting of this name; did you mean KUGETSU_LIMITS_AGENTS?",
      "- KUGETSU_SERVER_PUBLICURL: there is no setting of this name; did you mean KUGETSU_SERVER_PUBLIC_URL?",
      "- KUGETSU_RETENTION_X: there is no setting of this name; unset it; docs/config.md has the list",
      "- KUGETSU_VERBOSITY: must be one of quiet, default, verbose; write for example KUGETSU_VERBOSITY=default",
      "- WORKTREE_CHECK_PR_STATUS: must be one of true, false; write for example WORKTREE_CHECK_PR_STATUS=true",
      "- QUEUE_DAEMON_INTERVAL_MINUTES: must be a number of minutes, at most 1440; write for example QUEUE_DAEMON_INTERVAL_MINUTES=5",
    ]
  `);
  expect(problems.slice(1).every(({ file }) => file === 'environment')).toBe(true);
});

test('a section of a wrong shape is told, not silently replaced by a variable', () => {
  expect(told(problemsOf(`${SMALL}limits: 3\n`, { KUGETSU_LIMITS_AGENTS: '3' }))).toEqual([
    '9 limits: must be a group of settings, not a number; write for example limits: { agents: 3 }',
  ]);
});
