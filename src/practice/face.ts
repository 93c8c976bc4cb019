// The seam between the one state and the two forges it can look like.
import type { HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';
import type { PracticeEvent, RenderedDelivery } from './events.js';
import type { RequestEffect } from './faults.js';
import type { Account, FaceName, Hook, Token } from './types.js';

/** What the middleware in `server.ts` has found out before a face is asked. */
export interface PracticeEnv {
  Bindings: HttpBindings;
  Variables: {
    /** Who asks; undefined = nobody signed in. A bad token never gets here on the Gitea face. */
    account: Account | undefined;
    token: Token | undefined;
    /** A fault that git over HTTP has to play itself, as it writes to the socket directly. */
    afterEffect: RequestEffect | undefined;
    /** Waits while a fault holds the answer; git over HTTP calls it before its answer ends. */
    beforeAnswer: () => Promise<void>;
  };
}

export interface Face {
  readonly name: FaceName;
  /** Routes are mounted below this: `/api/v1`, `/api/v3`. */
  readonly prefix: string;
  readonly routes: Hono<PracticeEnv>;
  /** More control routes, mounted below `/practice/NAME`. */
  readonly control?: Hono<PracticeEnv> | undefined;
  /** How long the forge waits for the answer to a delivery. */
  readonly deliveryTimeoutMs: number;
  /**
   * The deliveries this event means for this hook; none when the hook did not ask for it. Called at the moment of the
   * event, so that bodies tell the state of then. `guid` is the same for all hooks of the event (as GitHub has it).
   */
  render(event: PracticeEvent, hook: Hook, guid: string): RenderedDelivery[];
}
