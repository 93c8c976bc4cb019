// GitHub's own types of its deliveries fit what the receiver reads: checked by the compiler, not at run time.
import type { EmitterWebhookEvent } from '@octokit/webhooks';
import { expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type {
  commentDelivery,
  issueDelivery,
  issueLabelsDelivery,
  pullDelivery,
  pullLabelsDelivery,
  pushDelivery,
  reviewDelivery,
} from '../../../src/forges/github/deliveries.js';

type Sent<Name extends Parameters<typeof named>[0]> = EmitterWebhookEvent<Name>['payload'];

test('comments, issues, labels', () => {
  expectTypeOf<Sent<'issue_comment.created'>>().toExtend<z.input<typeof commentDelivery>>();
  expectTypeOf<Sent<'issue_comment.edited'>>().toExtend<z.input<typeof commentDelivery>>();
  expectTypeOf<Sent<'issue_comment.deleted'>>().toExtend<z.input<typeof commentDelivery>>();
  expectTypeOf<Sent<'issues.opened'>>().toExtend<z.input<typeof issueDelivery>>();
  expectTypeOf<Sent<'issues.labeled'>>().toExtend<z.input<typeof issueLabelsDelivery>>();
  expectTypeOf<Sent<'issues.unlabeled'>>().toExtend<z.input<typeof issueLabelsDelivery>>();
});

test('pull requests, reviews, pushes', () => {
  expectTypeOf<Sent<'pull_request.opened'>>().toExtend<z.input<typeof pullDelivery>>();
  expectTypeOf<Sent<'pull_request.closed'>>().toExtend<z.input<typeof pullDelivery>>();
  expectTypeOf<Sent<'pull_request.reopened'>>().toExtend<z.input<typeof pullDelivery>>();
  expectTypeOf<Sent<'pull_request.synchronize'>>().toExtend<z.input<typeof pullDelivery>>();
  expectTypeOf<Sent<'pull_request.labeled'>>().toExtend<z.input<typeof pullLabelsDelivery>>();
  expectTypeOf<Sent<'pull_request_review.submitted'>>().toExtend<z.input<typeof reviewDelivery>>();
  expectTypeOf<Sent<'push'>>().toExtend<z.input<typeof pushDelivery>>();
});

declare function named(name: EmitterWebhookEvent['name'] | `${string}.${string}`): void;
