// From git's words to a code and a message, with the texts that were seen.
import { expect, test } from 'vitest';
import { classify, gitFailure, said } from '../../../src/git/failure.js';

test.each([
  ["fatal: could not read Username for 'http://127.0.0.1:3000': terminal prompts disabled", 'auth'],
  ["fatal: Authentication failed for 'https://github.com/acme/api.git/'", 'auth'],
  ['remote: Permission denied\nfatal: unable to access: The requested URL returned error: 403', 'forbidden'],
  [
    'remote: This repo is archived. You can view files\nfatal: The requested URL returned error: 403',
    'archived',
  ],
  ["remote: Not found.\nfatal: repository 'http://127.0.0.1:3000/acme/nope.git/' not found", 'not_found'],
  ["fatal: unable to access 'http://x/': The requested URL returned error: 301", 'not_found'],
  ["fatal: unable to access 'http://x/': The requested URL returned error: 503", 'unavailable'],
  ["fatal: unable to access 'http://x/': The requested URL returned error: 429", 'unavailable'],
  ["fatal: unable to access 'http://x/': Failed to connect to x port 1: Connection refused", 'unavailable'],
  ["fatal: unable to access 'https://x/': Could not resolve host: x", 'unavailable'],
  ['error: RPC failed; curl 56 Recv failure\nfatal: early EOF', 'unavailable'],
  ["error: cannot lock ref 'refs/x': Unable to create '/m/refs/x.lock': File exists.", 'unavailable'],
  ["fatal: couldn't find remote ref refs/heads/x", 'failed'],
  ['', 'failed'],
] as const)('%s: %s', (stderr, code) => {
  expect(classify(stderr)).toBe(code);
});

test('a message names what was done, keeps what the forge said, and drops secrets, hints and control characters', () => {
  const stderr =
    'Counting objects\nremote: \u001b[31mno, s3cret\u202e\nhint: try this\nfatal: refused s3cret\n';
  const error = gitFailure('push x', { exitCode: 1, stderr }, 's3cret');
  expect(error.message).toBe('Could not push x: remote: [31mno, ***; fatal: refused ***');
  expect(gitFailure('fetch x', { exitCode: undefined, stderr: '', cut: 'timeout' })).toMatchObject({
    code: 'timeout',
  });
  expect(said('remote: y\n'.repeat(9999)).length).toBeLessThanOrEqual(600);
});
