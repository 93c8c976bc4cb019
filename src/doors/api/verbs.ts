// The verbs over HTTP: from a body that fits to one ask, and from its result to an answer.
import type { OpenAPIHono } from '@hono/zod-openapi';
import { ask } from '../../verbs/ask.js';
import type { Flags } from '../../verbs/verb.js';
import type { ApiDeps } from './api-app.js';
import { mustBeAllowed, type ApiEnv } from './caller.js';
import { claimKey } from './once.js';
import { refusedProblem } from './problems.js';
import { findSubject } from './subject.js';
import { verbRoutes, type VerbBody } from './verb-routes.js';

export function addVerbs(app: OpenAPIHono<ApiEnv>, deps: ApiDeps): void {
  for (const { verb, route } of verbRoutes()) {
    app.openapi(route, async (c) => {
      const { subject: text, flags, message = '' } = c.req.valid('json');
      const { principal, id } = c.get('caller');
      const { audience } = verb;
      if (text === undefined) mustBeAllowed(c, audience);
      const subject = text === undefined ? undefined : await findSubject(deps, principal, { audience, text });
      const { name } = await claimKey(c, deps.store.api.requests, deps.now(), '');
      const asked = await ask(deps, {
        principal,
        verb: verb.name,
        subject,
        given: { kind: 'parsed', flags: given(flags), message },
        origin: `api:${id}:${name}`,
        replyTo: { kind: 'caller', named: c.req.header('idempotency-key') !== undefined },
        trigger: undefined,
        about: { token: id },
      });
      const { result, note, again } = deps.masked(asked);
      if (result.kind === 'refused') throw refusedProblem(result.refusal);
      return c.json({ result, note, again }, 200);
    });
  }
}

/** A switch that is off is one that was not given. */
function given(flags: VerbBody['flags'] = {}): Flags {
  return Object.fromEntries(
    Object.entries(flags).flatMap(([name, value]) =>
      value === undefined || value === false ? [] : [[name, value] as const],
    ),
  );
}
