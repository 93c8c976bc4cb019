// set-pr: binds an existing pull request to the session of this issue.
import { issueKeyOf, showSubject, type IssueRef } from '../domain/refs.js';
import { pullBound } from '../domain/session-moves.js';
import { unlessLeaving } from '../work/queueing.js';
import { refuse, type Call, type Decision, type Verb, type VerbDeps } from './verb.js';

export const setPr: Verb = {
  name: 'set-pr',
  usage: '<url or #number>',
  summary: 'Binds an existing pull request of this repository to the session of this issue.',
  audience: 'trigger',
  flags: [],
  about: 'subject',
  notThrough: { label: 'a label names no pull request' },
  decide,
};

async function decide(deps: VerbDeps, call: Call): Promise<Decision> {
  const number = numberIn(call);
  if (number === undefined) return refuse({ code: 'no_pull_named' });
  const session = unlessLeaving(await deps.store.records.sessions.living(issueKeyOf(call.subject)));
  if (session === undefined) return refuse({ code: 'no_session_to_bind' });
  const subject: IssueRef = { repo: call.subject.repo, number };
  const pull = await call.forge.getPullRequest(subject);
  const owner = await deps.store.records.sessions.byPull(subject.repo, number);
  if (owner !== undefined && owner.id !== session.id)
    return refuse({ code: 'bound_elsewhere', pull: number, subject: showSubject(owner.subject) });
  const ours = pull.head.branch === session.branch;
  return {
    apply: async (tables) => {
      const { url, state } = pull;
      await tables.records.sessions.move(session.id, (row) => pullBound(row, { number, url, state }));
      return { result: { kind: 'bound', pull: number, ours } };
    },
  };
}

/** `#12`, `12`, or an address whose path ends in OWNER/NAME/pull(s)/12 of this very repository. */
function numberIn(call: Call): number | undefined {
  const text = call.message.trim();
  const plain = /^#?(\d{1,9})$/.exec(text)?.[1];
  if (plain !== undefined) return Number(plain);
  const path = /^https?:\/\/[^/\s]+\/(\S+?)\/pulls?\/(\d{1,9})(?:[/?#]\S*)?$/.exec(text);
  const [, repo, number] = path ?? [];
  if (repo === undefined || number === undefined) return undefined;
  const wanted = call.subject.repo.path.toLowerCase();
  return repo.toLowerCase() === wanted || repo.toLowerCase().endsWith(`/${wanted}`)
    ? Number(number)
    : undefined;
}
