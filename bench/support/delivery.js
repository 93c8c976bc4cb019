// One `issue_comment` as GitHub sends it, 12.6 KB, signed: an ordinary comment that asks nothing of kugetsu.
import { createHmac, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

const examples = createRequire(import.meta.url)('@octokit/webhooks-examples');
const payload = examples.find(({ name }) => name === 'issue_comment').examples.find(isOrdinary);

function isOrdinary({ action, installation }) {
  return action === 'created' && installation === undefined;
}

/** @param unique makes the content another one: a copy would be told as a duplicate */
export function aDelivery(unique, secret) {
  const comment = { ...payload.comment, body: `Thanks! ${unique}` };
  const body = Buffer.from(JSON.stringify({ ...payload, comment }));
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/bench',
      'x-github-event': 'issue_comment',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  };
}

/** `owner/name` of the repository in it. */
export const REPO = payload.repository.full_name;
