// The receiver for Gitea and Forgejo: headers and bytes in, a verdict or an event out.
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
  labelsDelivery,
  pullDelivery,
  pushDelivery,
  reviewDelivery,
} from './deliveries.js';
import { commentEvent, issueEvent, labelsEvent, pullEvent, pushEvent, reviewEvent } from './translate.js';
import type { Place } from './translate.js';

const SIGNATURE = 'x-hub-signature-256';

/**
 * Only the exact `X-Gitea-Event-Type` is read: `X-Gitea-Event: pull_request_comment` is a review, and the Event-Type of
 * that name a comment. Forgejo sends the same headers beside its own.
 * @param options.url the forge's address in the config: addresses in payloads are never used
 */
export function createGiteaReceiver(options: { readonly url: string }): Receiver {
  const url = baseUrl(options.url);
  return {
    verify: (headers, rawBody, secrets) => verifySignature(headers[SIGNATURE], rawBody, secrets),
    identify: (headers) => ({
      id: deliveryId(headers['x-gitea-delivery']),
      event: typeOf(headers),
      signed: isSigned(headers[SIGNATURE]),
    }),
    translate: (forge, headers, body) => translate({ forge, url }, typeOf(headers), body),
  };
}

function typeOf(headers: DeliveryHeaders): string | undefined {
  return eventName(headers['x-gitea-event-type']);
}

function translate(place: Place, type: string | undefined, body: string): ForgeEvent {
  if (type === undefined) return ignored('no event type in the headers');
  const read = readJson(body);
  if (read === undefined) return ignored('body is not JSON');
  const action = actionOf(read.json);
  return translateType(place, type, action, read.json) ?? notActedOn(type, action);
}

/** Undefined for what kugetsu does not act on. */
function translateType(
  place: Place,
  type: string,
  action: string | undefined,
  json: unknown,
): ForgeEvent | undefined {
  switch (type) {
    case 'issue_comment':
    case 'pull_request_comment':
      if (action !== 'created' && action !== 'edited' && action !== 'deleted') return undefined;
      return translateAs(commentDelivery, type, json, (sent) => commentEvent(place, type, sent));
    case 'issues':
      if (action !== 'opened') return undefined;
      return translateAs(issueDelivery, type, json, (sent) => issueEvent(place, sent, sent.issue));
    case 'issue_label':
    case 'pull_request_label':
      if (action !== 'label_updated' && action !== 'label_cleared') return undefined;
      return translateAs(labelsDelivery, type, json, (sent) => labelsEvent(place, sent));
    case 'pull_request':
    case 'pull_request_sync':
      return translatePull(place, type, action, json);
    case 'pull_request_review_approved':
    case 'pull_request_review_rejected':
    case 'pull_request_review_comment':
      if (action !== 'reviewed') return undefined;
      return translateAs(reviewDelivery, type, json, (sent) => reviewEvent(place, type, sent));
    case 'push':
      return translateAs(pushDelivery, type, json, (sent) => pushEvent(place, sent, sent));
    default:
      return undefined;
  }
}

function translatePull(
  place: Place,
  type: string,
  action: string | undefined,
  json: unknown,
): ForgeEvent | undefined {
  const known = PULL_ACTIONS[`${type}.${action}`];
  if (known === undefined) return undefined;
  return translateAs(pullDelivery, type, json, (sent) => pullEvent(place, sent, known, sent.pull_request));
}

const PULL_ACTIONS: Readonly<Record<string, 'opened' | 'closed' | 'reopened' | 'synchronized'>> = {
  'pull_request.opened': 'opened',
  'pull_request.closed': 'closed',
  'pull_request.reopened': 'reopened',
  'pull_request_sync.synchronized': 'synchronized',
};
