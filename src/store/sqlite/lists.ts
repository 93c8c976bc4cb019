// Listings page by page, newest first: a page costs what is on it, whatever lies before it.
import { sql, type Selectable } from 'kysely';
import { QUEUED, type Task, type TaskState } from '../../domain/task.js';
import type { DeliveryRow, Lists, ListedAbout, OrderRow } from '../api.js';
import { aboutOf, repoKeyOf } from './about.js';
import { outcomeOf } from './deliveries.js';
import { listed } from './listed.js';
import { toRun } from './runs.js';
import type { Db, Schema } from './schema.js';
import { selectSessions, sessionOf } from './sessions.js';
import { selectTasks, state, toTask } from './task-rows.js';

type TaskRow = Parameters<typeof toTask>[0];

/** For `seq < before` where a page is the first one. */
const FIRST = Number.MAX_SAFE_INTEGER;

export function createLists(db: Db): Lists {
  return {
    async tasks({ before = FIRST, limit, repoKeys, states }) {
      const rows = await selectTasks(db)
        .where('tasks.seq', '<', before)
        .$if(repoKeys !== undefined, (query) => query.where('repo_key', 'in', listed(repoKeys ?? [])))
        .$if(states !== undefined, (query) => query.where('state', 'in', listed(states ?? [])))
        .orderBy('tasks.seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map(listedTask);
    },
    async task(id) {
      const row = await selectTasks(db).where('tasks.id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : listedTask(row);
    },
    ...sessionsAndRuns(db),
    ...inAndOut(db),
    queue: (page) => queue(db, page),
    counts: () => counts(db),
    async repos() {
      return await db.selectFrom('repos').select(['forge', 'id', 'path']).execute();
    },
  };
}

function listedTask(row: TaskRow): ListedAbout<Task> {
  return { seq: row.seq, row: toTask(row), about: aboutOf(row) };
}

function sessionsAndRuns(db: Db): Pick<Lists, 'sessions' | 'session' | 'runs'> {
  const select = () => selectSessions(db).select(['sessions.seq', 'sessions.issue_key']);
  return {
    async sessions({ before = FIRST, limit, repoKeys }) {
      const rows = await select()
        .where('sessions.seq', '<', before)
        .$if(repoKeys !== undefined, (query) => query.where('repo_key', 'in', listed(repoKeys ?? [])))
        .orderBy('sessions.seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ seq: row.seq, row: sessionOf(row), about: aboutOf(row) }));
    },
    async session(id) {
      const row = await select().where('sessions.id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : { seq: row.seq, row: sessionOf(row), about: aboutOf(row) };
    },
    async runs({ before = FIRST, limit, repoKeys, task }) {
      const rows = await db
        .selectFrom('runs')
        .innerJoin('tasks', 'tasks.id', 'runs.task_id')
        .innerJoin('repos', 'repos.key', 'tasks.repo_key')
        .selectAll('runs')
        .select(['tasks.issue_key', 'repos.forge', 'repos.id as repo_id', 'repos.path'])
        .where('runs.seq', '<', before)
        .$if(task !== undefined, (query) => query.where('runs.task_id', '=', task ?? ''))
        .$if(repoKeys !== undefined, (query) => query.where('repo_key', 'in', listed(repoKeys ?? [])))
        .orderBy('runs.seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ seq: row.seq, row: toRun(row), about: aboutOf(row) }));
    },
  };
}

function inAndOut(db: Db): Pick<Lists, 'orders' | 'deliveries'> {
  return {
    async orders({ before = FIRST, limit, repoKeys }) {
      const key = repoKeyOf('outbox.issue_key');
      const rows = await db
        .selectFrom('outbox')
        .leftJoin('repos', (join) => join.on('repos.key', '=', key))
        .selectAll('outbox')
        .select(['repos.forge', 'repos.id as repo_id', 'repos.path'])
        .where('outbox.id', '<', before)
        .$if(repoKeys !== undefined, (query) => query.where(key, 'in', listed(repoKeys ?? [])))
        .orderBy('outbox.id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ seq: row.id, row: toOrder(row), about: aboutOf(row) }));
    },
    async deliveries({ before = FIRST, limit }) {
      // Without headers and bodies: a page of them can be gigabytes, and they are nobody's reading.
      const rows = await db
        .selectFrom('deliveries')
        .select([
          'seq',
          'forge',
          'delivery_id',
          'event',
          'received_at',
          'attempts',
          'result',
          'note',
          'content_key',
        ])
        .where('seq', '<', before)
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ seq: row.seq, row: toDelivery(row) }));
    },
  };
}

function toOrder(row: Selectable<Schema['outbox']>): OrderRow {
  return {
    id: row.id,
    destination: row.destination,
    kind: row.kind,
    state: row.state,
    attempts: row.attempts,
    runAt: row.run_at,
    createdAt: row.created_at,
    sentAt: row.sent_at ?? undefined,
    givenUpAt: row.dead_at ?? undefined,
    why: row.why ?? undefined,
  };
}

function toDelivery(row: Omit<Selectable<Schema['deliveries']>, DeliveryOmits>): DeliveryRow {
  return {
    seq: row.seq,
    forge: row.forge,
    id: row.delivery_id,
    event: row.event,
    receivedAt: row.received_at,
    attempts: row.attempts,
    outcome: outcomeOf(row),
    why: row.result === null ? (row.note ?? undefined) : undefined,
  };
}

type DeliveryOmits = 'headers' | 'body' | 'due_at' | 'finished_at' | 'lane';

/** State by state, as each has an index in the order of claims. */
async function queue(
  db: Db,
  { after, limit, repoKeys }: Parameters<Lists['queue']>[0],
): Promise<ListedAbout<Task>[]> {
  const found: ListedAbout<Task>[] = [];
  const from = after === undefined ? 0 : QUEUED.indexOf(after.state);
  for (const name of QUEUED.slice(Math.max(0, from))) {
    let query = selectTasks(db)
      .where('state', '=', state(name))
      .orderBy('priority', 'desc')
      .orderBy('tasks.seq')
      .limit(limit - found.length);
    if (repoKeys !== undefined) query = query.where('repo_key', 'in', listed(repoKeys));
    if (after !== undefined && name === after.state)
      query = query.where(
        sql<boolean>`(priority < ${after.priority} or (priority = ${after.priority} and tasks.seq > ${after.seq}))`,
      );
    found.push(...(await query.execute()).map(listedTask));
  }
  return found;
}

const OPEN: readonly TaskState[] = [...QUEUED, 'running', 'reporting'];

/** One look per state: an index over one state is found only by a statement about that state. */
async function counts(db: Db): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const name of OPEN) {
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from tasks where state = ${state(name)}`.execute(db);
    found[name] = rows[0]?.n ?? 0;
  }
  return found;
}
