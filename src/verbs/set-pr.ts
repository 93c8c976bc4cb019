// set-pr: binds an existing pull request to the session of this issue.
import { issueKeyOf, type SubjectRef } from '../domain/refs.js';
import type { PullRequest } from '../domain/event.js';
import { pullBound } from '../domain/session-moves.js';
import { unlessLeaving } from '../work/queueing.js';
import { replies } from '../words/replies.js';
import type { Tables } from '../store/store.js';
import { wordOf, type Ask, type Decision, type Verb, type VerbDeps } from './verb.js';

export const setPr: Verb = {
  name: 'set-pr',
  usage: '<url or #number>',
  summary: 'Binds an existing pull request of this repository to the session of this issue.',
  audience: 'trigger',
  flags: [],
  decide,
};

async function decide(deps: VerbDeps, ask: Ask): Promise<Decision> {
  const number = numberIn(ask);
  if (number === undefined) {
    return {
      result: 'refused',
      note: 'refused: no pull request named',
      reply: replies.noPullNamed(wordOf(deps)),
    };
  }
  const session = unlessLeaving(await deps.store.records.sessions.living(issueKeyOf(ask.subject)));
  if (session === undefined) {
    return {
      result: 'refused',
      note: 'refused: no session',
      reply: replies.noSessionToBind(wordOf(deps)),
    };
  }
  const subject: SubjectRef = { repo: ask.subject.repo, number };
  const pull = await ask.forge.getPullRequest(subject);
  const owner = await deps.store.records.sessions.byPull(subject.repo, number);
  if (owner !== undefined && owner.id !== session.id) {
    const reply = replies.boundElsewhere(number, owner.subject.number);
    return { result: 'refused', note: 'refused: bound elsewhere', reply };
  }
  const ours = pull.head.branch === session.branch;
  return {
    result: 'handled',
    note: `bound #${number}`,
    reply: replies.bound(number, ours),
    apply: async (tables) => {
      await bind(tables, session.id, pull);
      return {};
    },
  };
}

async function bind(tables: Tables, sessionId: string, pull: PullRequest): Promise<void> {
  const { url, state, subject } = pull;
  await tables.records.sessions.move(sessionId, (row) =>
    pullBound(row, { number: subject.number, url, state }),
  );
}

/** `#12`, `12`, or an address whose path ends in OWNER/NAME/pull(s)/12 of this very repository. */
function numberIn(ask: Ask): number | undefined {
  const text = ask.message.trim();
  const plain = /^#?(\d{1,9})$/.exec(text)?.[1];
  if (plain !== undefined) return Number(plain);
  const path = /^https?:\/\/[^/\s]+\/(\S+?)\/pulls?\/(\d{1,9})(?:[/?#]\S*)?$/.exec(text);
  const [, repo, number] = path ?? [];
  if (repo === undefined || number === undefined) return undefined;
  const wanted = ask.subject.repo.path.toLowerCase();
  return repo.toLowerCase() === wanted || repo.toLowerCase().endsWith(`/${wanted}`)
    ? Number(number)
    : undefined;
}
