// A server from its start to its graceful end.
import { once } from 'node:events';
import type { AppOptions, CliDeps } from './command.js';

export interface ServerOptions extends AppOptions {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Told the address of the webhook listener once it answers. */
  readonly onListening?: (url: string) => void;
}

/** Resolves after a graceful stop. */
export async function runServer(
  { openApp }: Pick<CliDeps, 'openApp'>,
  { signal, onListening, ...options }: ServerOptions,
): Promise<void> {
  const { log } = options;
  const app = await openApp(options);
  app.start();
  log.info('server.listening', { url: app.url, admin: app.adminUrl, socket: app.socket });
  onListening?.(app.url);
  if (!signal.aborted) await once(signal, 'abort');
  log.info('server.stopping');
  await app.stop();
}
