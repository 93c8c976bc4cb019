import { expect, test } from 'vitest';
import { configDocsText, configSchemaText } from '../../../src/config/docs.js';
import { variablesOf } from '../../../src/config/variables.js';
import { configJsonSchema } from '../../../src/config/schema-tree.js';

test('every key has a meaning, and every one is in the page', () => {
  const text = configDocsText();
  const keys: string[] = [];
  const walk = (node: ReturnType<typeof configJsonSchema>): void => {
    for (const [key, inner] of Object.entries(node.properties ?? {})) {
      keys.push(key);
      expect(inner.description, `${key} lacks .describe()`).toBeTruthy();
      walk(inner);
    }
    if (node.items !== undefined) walk(node.items);
    if (typeof node.additionalProperties === 'object') walk(node.additionalProperties);
    for (const option of node.oneOf ?? []) walk(option);
  };
  walk(configJsonSchema());
  expect(keys.length).toBeGreaterThan(50);
  for (const key of keys) expect(text).toContain(key);
});

test('the page has every variable', () => {
  const text = configDocsText();
  for (const { name } of variablesOf(configJsonSchema())) expect(text).toContain(`\`${name}\``);
});

test('the schema is JSON that editors can read', () => {
  expect(JSON.parse(configSchemaText())).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    properties: { limits: { properties: { agents: { type: 'integer', default: 3 } } } },
  });
});
