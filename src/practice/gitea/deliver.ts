// One delivery as a Gitea 1.26 sends it: indented JSON with Go's escapes, and the header names of three forges at once.
import { createHmac, randomUUID } from 'node:crypto';
import type { PracticeEvent, RenderedDelivery } from '../events.js';
import type { State } from '../state.js';
import type { Hook } from '../types.js';
import { coarseName, isSubscribed } from './hook-events.js';
import { payloadOf } from './payloads.js';

/** None when the hook did not ask for it. Every hook gets an id of its own. */
export function renderDelivery(state: State, event: PracticeEvent, hook: Hook): RenderedDelivery[] {
  const payload = payloadOf(state, event);
  if (payload === undefined) return [];
  if (event.type !== 'hook.test' && !isSubscribed(hook.events, payload.eventType)) return [];
  const json = goJson(payload.body);
  const id = randomUUID();
  const action = payload.body['action'];
  return [
    {
      id,
      event: payload.eventType,
      action: typeof action === 'string' ? action : undefined,
      headers: headersOf(hook, payload.eventType, id, json),
      body: hook.contentType === 'json' ? json : new URLSearchParams({ payload: json }).toString(),
    },
  ];
}

/** `json.MarshalIndent` of Go, which escapes what could end a script. */
function goJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return text.replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The signature is over the JSON, also when the body is a form. Without a secret the names are sent with nothing behind. */
function headersOf(hook: Hook, eventType: string, id: string, json: string): Record<string, string> {
  const sign = (algorithm: string) =>
    hook.secret === '' ? '' : createHmac(algorithm, hook.secret).update(json).digest('hex');
  const sha256 = sign('sha256');
  const event = coarseName(eventType);
  const target = { repo: 'repository', owner: 'organization', system: 'system' }[hook.scope.kind];
  return {
    'User-Agent': 'Go-http-client/1.1',
    ...(hook.authorizationHeader === '' ? {} : { Authorization: hook.authorizationHeader }),
    'Content-Type': hook.contentType === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    'X-GitHub-Delivery': id,
    'X-GitHub-Event': event,
    'X-GitHub-Event-Type': eventType,
    'X-GitHub-Hook-Installation-Target-Type': target,
    'X-Gitea-Delivery': id,
    'X-Gitea-Event': event,
    'X-Gitea-Event-Type': eventType,
    'X-Gitea-Hook-Installation-Target-Type': target,
    'X-Gitea-Signature': sha256,
    'X-Gogs-Delivery': id,
    'X-Gogs-Event': event,
    'X-Gogs-Event-Type': eventType,
    'X-Gogs-Signature': sha256,
    'X-Hub-Signature': `sha1=${sign('sha1')}`,
    'X-Hub-Signature-256': `sha256=${sha256}`,
    'Accept-Encoding': 'gzip',
  };
}
