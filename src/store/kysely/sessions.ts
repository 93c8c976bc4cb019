// Sessions: what is looked for in columns, the rest as JSON; the path of the repository is joined in at each read.
import type { Session } from '../../domain/session.js';
import type { Sessions } from '../store.js';
import { rememberPath } from './small-tables.js';
import type { Db } from './schema.js';

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number];

function select(db: Db) {
  return db
    .selectFrom('sessions')
    .leftJoin('repos', (join) =>
      join.onRef('repos.forge', '=', 'sessions.forge').onRef('repos.id', '=', 'sessions.repo_id'),
    )
    .select([
      'sessions.seq',
      'sessions.forge',
      'sessions.repo_id',
      'sessions.number',
      'sessions.data',
      'repos.path',
    ]);
}

export function createSessions(db: Db): Sessions {
  const one = async (query: ReturnType<typeof select>) => toSession(await query.executeTakeFirst());
  const many = async (query: ReturnType<typeof select>) =>
    (await query.orderBy('sessions.seq').execute()).map((row) => sessionOf(row));
  const get = (id: string) => one(select(db).where('sessions.id', '=', id));
  return {
    async add(session) {
      const { repo, number } = session.subject;
      await rememberPath(db, repo);
      const place = {
        id: session.id,
        issue_key: session.issueKey,
        forge: repo.forge,
        repo_id: repo.id,
        number,
      };
      await db
        .insertInto('sessions')
        .values({ ...place, created_at: session.createdAt, ...columnsOf(session) })
        .execute();
    },
    get,
    async update(id, change) {
      const before = await get(id);
      if (before === undefined) throw new Error(`there is no session ${id}`);
      await db
        .updateTable('sessions')
        .set(columnsOf({ ...before, ...change }))
        .where('id', '=', id)
        .execute();
    },
    living: (issueKey) =>
      one(select(db).where('sessions.issue_key', '=', issueKey).where('sessions.state', '<>', 'reaped')),
    latest: (issueKey) =>
      one(select(db).where('sessions.issue_key', '=', issueKey).orderBy('sessions.seq', 'desc').limit(1)),
    byBranch: (repo, branch) => one(newestOf(db, repo).where('sessions.branch', '=', branch)),
    byPull: (repo, number) => one(newestOf(db, repo).where('sessions.pull_number', '=', number)),
    all: () => many(select(db)),
    toReap: () => many(select(db).where('sessions.reap', 'is not', null)),
  };
}

/** Living ones first, then the newest. */
function newestOf(db: Db, repo: { forge: string; id: string }) {
  return select(db)
    .where('sessions.forge', '=', repo.forge)
    .where('sessions.repo_id', '=', repo.id)
    .orderBy((eb) => eb.case().when('sessions.state', '=', 'reaped').then(1).else(0).end())
    .orderBy('sessions.seq', 'desc')
    .limit(1);
}

function columnsOf(session: Session) {
  const { subject: _, ...data } = session;
  return {
    state: session.state,
    branch: session.branch ?? null,
    pull_number: session.pull?.number ?? null,
    reap: session.reap?.reason ?? null,
    data: JSON.stringify(data),
  };
}

function toSession(row: Row | undefined): Session | undefined {
  return row === undefined ? undefined : sessionOf(row);
}

const EMPTY = {
  model: undefined,
  agentSessionId: undefined,
  branch: undefined,
  baseBranch: undefined,
  baseSha: undefined,
  headSha: undefined,
  pushedSha: undefined,
  worktree: undefined,
  pull: undefined,
  summary: undefined,
  reap: undefined,
};

function sessionOf(row: Row): Session {
  const data = JSON.parse(row.data) as Omit<Session, 'subject'>;
  const subject = { repo: { forge: row.forge, id: row.repo_id, path: row.path ?? '' }, number: row.number };
  return { ...EMPTY, ...data, subject };
}
