// From what git says on stderr to a GitError: its code, and a message without control characters or the credential.
import { GitError } from './git.js';
import type { GitOutcome } from './run.js';

type Failed = Pick<GitOutcome, 'exitCode' | 'stderr' | 'cut'>;

/** `doing` is a verb phrase: "fetch work/12". `secret` is cut out of the message should git ever print it. */
export function gitFailure(doing: string, outcome: Failed, secret?: string): GitError {
  if (outcome.cut === 'timeout')
    return new GitError('timeout', `Could not ${doing}: it took too long and was ended.`);
  if (outcome.cut === 'output')
    return new GitError('failed', `Could not ${doing}: git printed more than is allowed.`);
  const code = classify(outcome.stderr);
  const hint = REDIRECT.test(outcome.stderr)
    ? ' (redirects are not followed: was the repository renamed?)'
    : '';
  return new GitError(code, `Could not ${doing}: ${said(outcome.stderr, secret)}${hint}`);
}

/** Texts of git 2.39 in English (`LC_ALL=C`); the forges' part is in the recordings' README. */
export function classify(stderr: string): GitError['code'] {
  for (const [pattern, code] of CODES) if (pattern.test(stderr)) return code;
  return 'failed';
}

/** The lines a reader needs: what the forge said and git's own errors, at most 600 characters. */
export function said(stderr: string, secret?: string): string {
  const clean = secret === undefined || secret === '' ? stderr : stderr.replaceAll(secret, '***');
  const lines = clean
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\p{C}/gu, '').trim())
    .filter((line) => line !== '' && !/^(hint:|To http|From http)/.test(line));
  const telling = lines.filter((line) => /^(fatal|error|remote|!)/i.test(line));
  const text = (telling.length > 0 ? telling : lines).join('; ');
  return text === '' ? 'git gave no reason' : text.slice(0, 600);
}

/**
 * Do these words of git's point to a damaged repository? Reading all of a big one takes minutes: that is for when they do.
 * Loose on purpose; the check decides.
 */
export function smellsOfDamage(text: string): boolean {
  return DAMAGE.test(text);
}

const DAMAGE =
  /corrupt|damaged|missing|bad (object|tree|config|signature|ref|line|revision)|not a (git repository|valid|commit|tree)|valid object|(unable|failed) to (read|find|unpack|parse|traverse|resolve|load)|could not (parse|get|load|be read)|invalid (sha1|object|HEAD|pack)|inflate|packfile|unresolved delta|expected object|unknown revision|object .* (not found|cannot be)/i;

const REDIRECT = /returned error: 30[1278]|unable to update url base/;

/** GitHub: "This repository was archived so it is read-only."; Gitea: "This repo is archived." Both with 403. */
export const ARCHIVED = /^remote:.*\brepo(sitory)? (is|was) archived\b/im;

const CODES: readonly (readonly [RegExp, GitError['code']])[] = [
  [ARCHIVED, 'archived'],
  [
    /could not read (Username|Password)|Authentication failed|returned error: 401|terminal prompts disabled/,
    'auth',
  ],
  [/returned error: 403/, 'forbidden'],
  [/returned error: (429|5\d\d)/, 'unavailable'],
  [/returned error: (404|410|30[1278])|repository '[^']*' not found|unable to update url base/, 'not_found'],
  [
    /Could not resolve|Failed to connect|Connection (refused|reset|timed out)|Couldn't connect|Operation too slow|timed out/i,
    'unavailable',
  ],
  [
    /Empty reply|early EOF|hung up unexpectedly|unexpected disconnect|RPC failed|SSL|gnutls|transfer closed|internal server error/i,
    'unavailable',
  ],
  // Another git holds a ref of the mirror: left over from a process that was killed, or one that is about to end.
  [/Unable to create '[^']*\.lock': File exists/, 'unavailable'],
];
