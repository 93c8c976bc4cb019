// One delivery as GitHub sends it: compact JSON, `X-GitHub-…` headers, one id for all hooks of the event.
import { createHash, createHmac } from 'node:crypto';
import type { PracticeEvent, RenderedDelivery } from '../events.js';
import type { State } from '../state.js';
import type { Hook } from '../types.js';
import { installationAt } from './apps.js';
import type { App, Apps, Installation } from './apps.js';
import { nodeId, renderRepo, renderUser } from './render.js';
import { payloadsOf } from './payloads.js';
import type { Payload } from './payloads.js';

/** None when the hook did not ask for it, or when it is an app's and the app is not installed there. */
export function renderDeliveries(
  state: State,
  apps: Apps,
  event: PracticeEvent,
  hook: Hook,
  guid: string,
): RenderedDelivery[] {
  const app = [...apps.byId.values()].find((one) => one.hookId === hook.id);
  const installation = app && installationAt(apps, app, event.repo.ownerId);
  if (app !== undefined && installation === undefined) return [];
  return payloadsOf(state, event)
    .filter(
      (payload) =>
        payload.event === 'ping' || hook.events.some((name) => name === '*' || name === payload.event),
    )
    .map((payload, index) => {
      const json = JSON.stringify(bodyOf(state, event, payload, installation));
      const body = hook.contentType === 'json' ? json : new URLSearchParams({ payload: json }).toString();
      const id = index === 0 ? guid : derivedGuid(guid, index);
      const { action } = payload.body;
      return {
        id,
        event: payload.event,
        action: typeof action === 'string' ? action : undefined,
        headers: headersOf(hook, app, { id, event: payload.event, body, repoId: event.repo.id }),
        body,
      };
    });
}

function bodyOf(
  state: State,
  event: PracticeEvent,
  payload: Payload,
  installation: Installation | undefined,
): Record<string, unknown> {
  return {
    ...payload.body,
    repository: renderRepo(state, event.repo, undefined),
    sender: renderUser(state, event.actor),
    ...(installation === undefined
      ? {}
      : { installation: { id: installation.id, node_id: nodeId('MDIz', installation.id) } }),
  };
}

/** The same happening has the same ids at every hook. */
function derivedGuid(guid: string, index: number): string {
  const hex = createHash('sha256').update(`${guid}#${index}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-11f0-8${hex.slice(13, 16)}-${hex.slice(16, 28)}`;
}

/** The signature is over the body as sent, also when it is a form; without a secret there is none. */
function headersOf(
  hook: Hook,
  app: App | undefined,
  sent: { id: string; event: string; body: string; repoId: number },
): Record<string, string> {
  const sign = (algorithm: string) => createHmac(algorithm, hook.secret).update(sent.body).digest('hex');
  return {
    Accept: '*/*',
    'Content-Type': hook.contentType === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    'User-Agent': 'GitHub-Hookshot/practice',
    'X-GitHub-Delivery': sent.id,
    'X-GitHub-Event': sent.event,
    'X-GitHub-Hook-ID': String(hook.id),
    'X-GitHub-Hook-Installation-Target-ID': String(app?.id ?? sent.repoId),
    'X-GitHub-Hook-Installation-Target-Type': app === undefined ? 'repository' : 'integration',
    ...(hook.secret === ''
      ? {}
      : {
          'X-Hub-Signature': `sha1=${sign('sha1')}`,
          'X-Hub-Signature-256': `sha256=${sign('sha256')}`,
        }),
  };
}
