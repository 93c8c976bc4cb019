// Keys of models inside an agent's own configuration: from the environment or a file, one way for both.
import { expect, test } from 'vitest';
import { SMALL, aHome, configOf, problemsOf } from './a-home.js';
import { loadConfig } from '../../../src/config/load.js';
import { createMasker } from '../../../src/support/mask.js';

const agents = (key: string) =>
  `${SMALL}agents: { opencode: { kind: opencode, config: { headers: ["Bearer ${key}"] } } }\n`;

test('first use 6: a reference is filled from the environment or a file, and masked', () => {
  expect(configOf(agents('${MY_KEY}'), { MY_KEY: 'key-from-env' }).agents).toMatchObject({
    opencode: { config: { headers: ['Bearer key-from-env'] } },
  });
  const yaml = agents('${file:secrets/model.key}');
  const home = aHome({ 'config.yaml': yaml, 'secrets/model.key': 'key-from-file\n' });
  const masker = createMasker();
  const loaded = loadConfig({ home, env: {}, masker });
  expect(loaded).toMatchObject({
    config: { agents: { opencode: { config: { headers: ['Bearer key-from-file'] } } } },
  });
  expect(masker.mask('it is key-from-file')).toBe('it is ***');
});

test('first use 6: a reference to nothing is refused', () => {
  const [problem] = problemsOf(agents('${MY_KEY}'));
  expect(problem).toMatchObject({
    path: 'agents.opencode.config.headers[0]',
    message: 'the environment has no MY_KEY',
  });
  expect(problemsOf(agents('${file:secrets/none.key}'))[0]?.message).toContain('none.key does not exist');
});
