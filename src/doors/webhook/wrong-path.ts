// A webhook that was given another address than ours: said in the log with the right one, once a minute at most.
import type { Log } from '../../support/log.js';
import { createSeldom } from '../http/seldom.js';

export interface WrongPathDeps {
  readonly log: Log;
  readonly now: () => number;
  /** `https://kugetsu.example.com/webhooks/work`, one per forge of the config. */
  readonly webhookUrls: readonly string[];
}

/** What a person would type; anything else comes from somebody who probes, and stays out of the log. */
const PLAIN = /^[\w./-]{1,80}$/;

export function wrongPathTeller(deps: WrongPathDeps): (method: string, path: string) => void {
  const seldom = createSeldom(deps.now);
  return (method, path) => {
    if (method !== 'POST') return;
    seldom('wrong path', (leftOut) => {
      const shown = PLAIN.test(path) ? path : '(not a plain path)';
      const fix = `set the webhook's address to ${deps.webhookUrls.join(' or ')}`;
      deps.log.warn('webhook.wrong_path', { path: shown, fix, ...leftOut });
    });
  };
}
