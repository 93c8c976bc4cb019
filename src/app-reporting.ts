// Composition, reporter: the senders of the outbox, with the key of the hidden marks.
import { join } from 'node:path';
import { markerKey } from './app-marker-key.js';
import type { Config } from './config/config.js';
import type { HomePaths } from './config/home.js';
import type { OutboxDeps } from './reporter/outbox.js';
import { createMarker } from './reporter/marker.js';
import { publishSender } from './reporter/publish-sender.js';
import {
  finalSender,
  reactionSender,
  replySender,
  reportSender,
  type SenderDeps,
} from './reporter/senders.js';
import type { RunnerDeps } from './runner/deps.js';
import { publish, type PublishDeps } from './runner/publish.js';
import { renderPull } from './reporter/render-pull.js';
import { withEvidence } from './reporter/pull-evidence.js';
import type { Sandbox } from './sandbox/sandbox.js';
import type { Store } from './store/store.js';
import type { Clock } from './support/clock.js';
import type { Log } from './support/log.js';
import type { Masker } from './support/mask.js';
import { createForeign } from './support/text/foreign.js';

export interface ReportingParts {
  readonly config: Config;
  readonly paths: HomePaths;
  readonly clock: Clock;
  readonly log: Log;
  readonly masker: Masker;
  readonly store: Store;
  readonly runner: RunnerDeps;
  readonly sandbox: Sandbox;
}

/** What every forge takes. */
const LEAST_BODY_CHARS = 60_000;

export async function reporting(parts: ReportingParts): Promise<OutboxDeps['senders']> {
  const { config, clock, log, masker, store, runner, sandbox } = parts;
  const marker = createMarker(await markerKey(join(parts.paths.secrets, 'marker.key')));
  const word = () => config.trigger.word;
  const foreign = createForeign({ word, mask: (text) => masker.mask(text) });
  const { forgeOf } = runner;
  const deps: SenderDeps = {
    marker,
    foreign,
    store,
    now: () => clock.now(),
    log,
    forgeOf,
    word,
    sandbox: sandbox.describe,
  };
  const publishing: PublishDeps = {
    ...runner,
    renderPull: async ({ task, session, title, received }) => {
      const runs = await store.runs.ofTask(task.id);
      const summary = task.outcome?.kind === 'done' ? task.outcome.summary : '';
      const mark = marker.make('pull', session.id, session.subject);
      return renderPull({
        issue: session.subject,
        issueTitle: title,
        summary,
        received,
        runs,
        marker: mark,
        maxBodyChars: forgeOf(session.subject.repo.forge)?.maxBodyChars ?? LEAST_BODY_CHARS,
        foreign,
      });
    },
    withEvidence: (forge, body, evidence) => withEvidence(body, evidence, forge.maxBodyChars),
    isOurs: async (forge, session, pull) =>
      pull.author.id === (await forge.self()).id &&
      marker.isIn(pull.body, 'pull', session.id, session.subject),
  };
  return {
    reaction: reactionSender(deps),
    report: reportSender(deps),
    final: finalSender(deps),
    reply: replySender(deps),
    publish: publishSender(deps, (order) => publish(publishing, order)),
  };
}
