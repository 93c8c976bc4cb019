// Sessions: what is looked for in columns, the rest as JSON; the path of the repository is joined in at each read.
import { sql } from 'kysely';
import type { RepoRef } from '../../domain/refs.js';
import { NOTHING_YET, type Session } from '../../domain/session.js';
import type { Sessions } from '../records.js';
import { StoreError } from '../store.js';
import { inTransaction } from './in-transaction.js';
import { rememberRepo, repoKey, subjectColumns, subjectIn } from './repos.js';
import type { Db } from './schema.js';

export function createSessions(db: Db): Sessions {
  const one = async (query: Query) => toSession(await query.executeTakeFirst());
  const many = async (query: Query) =>
    (await query.orderBy('sessions.seq').execute()).map((row) => sessionOf(row));
  const ofIssue = (issueKey: string) => selectSessions(db).where('issue_key', '=', issueKey);
  return {
    add: (session) => inTransaction(db, (inner) => add(inner, session)),
    get: (id) => find(db, id),
    move: (id, happened) => inTransaction(db, (inner) => move(inner, id, happened)),
    living: (issueKey) => one(ofIssue(issueKey).where('state', '<>', 'reaped')),
    latest: (issueKey) => one(ofIssue(issueKey).orderBy('sessions.seq', 'desc').limit(1)),
    byBranch: (repo, branch) => one(livingFirst(db, repo).where('branch', '=', branch)),
    byPull: (repo, number) => one(livingFirst(db, repo).where('pull_number', '=', number)),
    withOpenPull: () =>
      many(
        selectSessions(db)
          .where('state', '<>', sql.lit('reaped'))
          .where(sql<string>`json_extract(data, '$.pull.state')`, '=', sql.lit('open')),
      ),
    toReap: () => many(selectSessions(db).where('reap', 'is not', null)),
  };
}

type Query = ReturnType<typeof selectSessions>;
type Row = Awaited<ReturnType<Query['execute']>>[number];

export function selectSessions(db: Db) {
  return db
    .selectFrom('sessions')
    .innerJoin('repos', 'repos.key', 'sessions.repo_key')
    .select([
      'sessions.number',
      'sessions.name',
      'sessions.data',
      'repos.forge',
      'repos.id as repo_id',
      'repos.path',
    ]);
}

/** Living ones first, then the newest. */
function livingFirst(db: Db, repo: RepoRef): Query {
  return selectSessions(db)
    .where('repo_key', '=', repoKey(repo))
    .orderBy((eb) => eb.case().when('state', '=', 'reaped').then(1).else(0).end())
    .orderBy('sessions.seq', 'desc')
    .limit(1);
}

async function find(db: Db, id: string): Promise<Session | undefined> {
  return toSession(await selectSessions(db).where('sessions.id', '=', id).executeTakeFirst());
}

async function add(db: Db, session: Session): Promise<void> {
  await rememberRepo(db, session.subject.repo);
  const { id, issueKey, createdAt } = session;
  await db
    .insertInto('sessions')
    .values({ id, issue_key: issueKey, created_at: createdAt, ...columnsOf(session) })
    .execute();
}

async function move<T extends Session | undefined>(
  db: Db,
  id: string,
  happened: (session: Session) => T,
): Promise<T> {
  const before = await find(db, id);
  if (before === undefined) throw new StoreError('failed', `there is no session ${id} to change`);
  const after = happened(before);
  if (after === undefined) return after;
  if (after.subject !== before.subject) await rememberRepo(db, after.subject.repo);
  await db.updateTable('sessions').set(columnsOf(after)).where('id', '=', id).execute();
  return after;
}

function columnsOf(session: Session) {
  const { subject, ...data } = session;
  return {
    repo_key: repoKey(subject.repo),
    ...subjectColumns(subject),
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

export function sessionOf(row: Row): Session {
  const data = JSON.parse(row.data) as Omit<Session, 'subject'>;
  // JSON has no undefined.
  return { ...NOTHING_YET, ...data, subject: subjectIn(row) };
}
