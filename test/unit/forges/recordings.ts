// What real forges sent, as test input: GitHub's examples and the recorded deliveries of a real Gitea.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { ForgeEvent } from '../../../src/domain/event.js';
import type { DeliveryHeaders } from '../../../src/forges/forge.js';

/** The secret of the recorded hooks; it opens nothing. */
export const RECORDED_SECRET = 'practice-secret-not-real';

export interface Recorded {
  /** E.g. `020-comment-by-maintainer--issue_comment.created`. */
  readonly name: string;
  readonly path: string;
  readonly headers: DeliveryHeaders;
  readonly bytes: Uint8Array;
}

const GITEA = fileURLToPath(new URL('../../../fixtures/gitea/deliveries/', import.meta.url));
const HEADERS = '.headers.json';

export function giteaDeliveries(): Recorded[] {
  const files = readdirSync(GITEA).filter((file) => file.endsWith(HEADERS));
  return files.sort().map((file) => {
    const name = file.slice(0, -HEADERS.length);
    const sent = JSON.parse(readFileSync(GITEA + file, 'utf8')) as {
      path: string;
      headers: Record<string, string>;
    };
    const headers = Object.fromEntries(
      Object.entries(sent.headers).map(([key, value]) => [key.toLowerCase(), value]),
    );
    const body = name.endsWith('.form') ? name : `${name}.json`;
    return { name, path: sent.path, headers, bytes: readFileSync(GITEA + body) };
  });
}

export interface Example {
  readonly event: string;
  readonly action: string | undefined;
  readonly body: string;
}

/** api.github.com's part of @octokit/webhooks-examples. */
export function githubExamples(): Example[] {
  const groups = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly {
    readonly name: string;
    readonly examples: readonly { readonly action?: string }[];
  }[];
  return groups.flatMap(({ name, examples }) =>
    examples.map((one) => ({ event: name, action: one.action, body: JSON.stringify(one) })),
  );
}

/** How often each kind of event, and each reason to ignore, came out. */
export function tally(events: readonly ForgeEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of events) {
    const key = event.type === 'ignored' ? `ignored: ${event.reason}` : event.type;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
