// The room's own composition: the API on `server.admin` and on the socket in the home.
import { join } from 'node:path';
import type { HomePaths } from '../../config/home.js';
import type { VerbDeps } from '../../verbs/verb.js';
import { closing } from '../../support/closing.js';
import { addressList } from '../http/client-address.js';
import { listen, type ListenerBindings } from '../http/listen.js';
import { listenLocally } from '../http/local-socket.js';
import { apiApp, type ApiDeps, type ApiParts } from './api-app.js';
import { createStreams } from './streams.js';
import { createTail } from './tail.js';

export interface ApiDoor {
  /** `http://HOST:PORT` */
  readonly url: string;
  /** Path of the socket. */
  readonly socket: string;
  readonly close: () => Promise<void>;
}

/** Listens on both; throws `address_unusable` or `socket_unusable` (4), and then on neither. */
export async function openApiDoor(
  deps: VerbDeps,
  { paths, ...parts }: ApiParts & { readonly paths: Pick<HomePaths, 'run'> },
): Promise<ApiDoor> {
  const { log } = deps;
  const { trustedProxies, admin } = deps.config().server;
  const isTrustedProxy = addressList(trustedProxies);
  const streams = createStreams();
  const tail = createTail(deps.store.api.events);
  const api: ApiDeps = { ...deps, ...parts, streams, tail, isTrustedProxy, masked: maskedBy(parts.mask) };
  const app = apiApp(api);
  const answering = (local: boolean) => ({
    fetch: (request: Request, env: ListenerBindings) => app.fetch(request, { ...env, local }),
  });
  const local = await listenLocally(answering(true), log, join(paths.run, 'kugetsu.sock'));
  const setting = 'server.admin';
  const tcp = await listen(answering(false), log, { ...admin, isTrustedProxy, setting }).catch(
    closing(local),
  );
  return {
    url: tcp.url,
    socket: local.path,
    async close() {
      streams.endAll();
      await Promise.all([tcp.close(), local.close()]);
    },
  };
}

/** Every text in an answer: what agents and people wrote may hold a secret. */
function maskedBy(mask: (text: string) => string): <T>(value: T) => T {
  return <T>(value: T) =>
    JSON.parse(JSON.stringify(value), (_, inner: unknown) =>
      typeof inner === 'string' ? mask(inner) : inner,
    ) as T;
}
