// The receiver for GitHub: headers and bytes in, a verdict or an event out.
import type { ForgeEvent } from '../../domain/event.js';
import {
  actionOf,
  deliveryId,
  eventName,
  ignored,
  isSigned,
  notActedOn,
  readJson,
  translateAs,
} from '../delivery.js';
import type { DeliveryHeaders, Receiver } from '../forge.js';
import { baseUrl } from '../options.js';
import { verifySignature } from '../verify.js';
import {
  commentDelivery,
  issueDelivery,
  issueLabelsDelivery,
  pullDelivery,
  pullLabelsDelivery,
  pushDelivery,
  reviewDelivery,
} from './deliveries.js';
import { commentEvent, issueEvent, labelsEvent, pullEvent, pushEvent, reviewEvent } from './translate.js';
import type { Place } from './translate.js';

const SIGNATURE = 'x-hub-signature-256';

/** @param options.url the forge's address in the config: addresses in payloads are never used */
export function createGithubReceiver(options: { readonly url: string }): Receiver {
  const url = baseUrl(options.url);
  return {
    verify: (headers, rawBody, secrets) => verifySignature(headers[SIGNATURE], rawBody, secrets),
    identify: (headers) => ({
      id: deliveryId(headers['x-github-delivery']),
      event: eventOf(headers),
      signed: isSigned(headers[SIGNATURE]),
    }),
    translate: (forge, headers, body) => translate({ forge, url }, eventOf(headers), body),
  };
}

function eventOf(headers: DeliveryHeaders): string | undefined {
  return eventName(headers['x-github-event']);
}

function translate(place: Place, event: string | undefined, body: string): ForgeEvent {
  if (event === undefined) return ignored('no event in the headers');
  const read = readJson(body);
  if (read === undefined) return ignored('body is not JSON');
  const action = actionOf(read.json);
  return translateEvent(place, event, action, read.json) ?? notActedOn(event, action);
}

/** Undefined for what kugetsu does not act on. Inline comments come with the review they belong to. */
function translateEvent(
  place: Place,
  event: string,
  action: string | undefined,
  json: unknown,
): ForgeEvent | undefined {
  switch (event) {
    case 'ping':
      return { type: 'ping' };
    case 'issue_comment':
      if (action !== 'created' && action !== 'edited' && action !== 'deleted') return undefined;
      return translateAs(commentDelivery, event, json, (sent) => commentEvent(place, sent));
    case 'issues':
      return translateIssue(place, action, json);
    case 'pull_request':
      return translatePull(place, action, json);
    case 'pull_request_review':
      if (action !== 'submitted') return undefined;
      return translateAs(reviewDelivery, event, json, (sent) => reviewEvent(place, sent));
    case 'push':
      return translateAs(pushDelivery, event, json, (sent) => pushEvent(place, sent, sent));
    default:
      return undefined;
  }
}

function translateIssue(place: Place, action: string | undefined, json: unknown): ForgeEvent | undefined {
  switch (action) {
    case 'opened':
      return translateAs(issueDelivery, 'issues', json, (sent) => issueEvent(place, sent));
    case 'labeled':
    case 'unlabeled':
      return translateAs(issueLabelsDelivery, 'issues', json, (sent) => labelsEvent(place, sent));
    default:
      return undefined;
  }
}

function translatePull(place: Place, action: string | undefined, json: unknown): ForgeEvent | undefined {
  switch (action) {
    case 'opened':
    case 'closed':
    case 'reopened':
    case 'synchronize':
      return translateAs(pullDelivery, 'pull_request', json, (sent) =>
        pullEvent(place, sent, action, sent.pull_request),
      );
    case 'labeled':
    case 'unlabeled':
      return translateAs(pullLabelsDelivery, 'pull_request', json, (sent) => labelsEvent(place, sent));
    default:
      return undefined;
  }
}
