// The room's own composition: the listener that stores deliveries, and the inbox that turns them into asks.
import type { Config } from '../../config/config.js';
import type { Pauses } from '../../forges/pauses.js';
import type { VerbDeps } from '../../verbs/verb.js';
import type { BodyLimits } from '../http/bodies.js';
import { addressList } from '../http/client-address.js';
import { addressUrl, listen, type Listener } from '../http/listen.js';
import type { Readiness } from '../http/readiness.js';
import { createCourtesy } from './courtesy.js';
import { BODY_LIMITS } from './door.js';
import { createInbox, type Inbox } from './inbox.js';
import { publicApp } from './public-app.js';

export interface WebhookParts {
  readonly pauses: Pauses;
  readonly readiness: Readiness;
  /** What people should know of, though it is ready: sentences that strangers may read. */
  readonly notes: () => readonly string[];
  readonly wakeInbox: () => void;
  /** Over those of the door: smaller ones for tests. */
  readonly bodyLimits?: Partial<BodyLimits> | undefined;
}

export interface WebhookDoor {
  readonly inbox: Inbox;
  /** Deliveries are stored from now on, and taken when the inbox steps. */
  readonly open: () => Promise<Listener>;
}

export function createWebhookDoor(deps: VerbDeps, parts: WebhookParts): WebhookDoor {
  const { pauses, wakeInbox } = parts;
  const courtesy = createCourtesy();
  const arrived = () => {
    courtesy.arrived();
    wakeInbox();
  };
  return {
    inbox: createInbox({ ...deps, pauses, wakeInbox, courtesy }),
    open: () => openListener(deps, parts, arrived),
  };
}

function openListener(deps: VerbDeps, parts: WebhookParts, arrived: () => void): Promise<Listener> {
  const { store, forges, now, log } = deps;
  const config = deps.config();
  const isTrustedProxy = addressList(config.server.trustedProxies);
  const app = publicApp({
    inbox: store.inbox,
    now,
    log,
    forges,
    missing: parts.readiness.missing,
    notes: parts.notes,
    wakeInbox: arrived,
    webhookUrls: webhookUrls(config),
    bodyLimits: { ...BODY_LIMITS, ...parts.bodyLimits },
    isTrustedProxy,
  });
  const setting = 'server.listen (or with --host and --port)';
  return listen(app, log, { ...config.server.listen, isTrustedProxy, setting });
}

function webhookUrls({ server, forges }: Config): string[] {
  const base = server.publicUrl ?? addressUrl(server.listen.host, server.listen.port);
  return forges.map(({ name }) => `${base}/webhooks/${name}`);
}
