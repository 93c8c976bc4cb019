// The third version of the database: what the next house needs. Not released yet, so steps may still be added here.
import { sql } from 'kysely';
import type { Db } from './schema.js';

export async function version3(db: Db): Promise<void> {
  for (const statement of [...INBOX, ...QUEUE, ...RECORDS, ...ORDERS, ...API])
    await sql.raw(statement).execute(db);
}

const INBOX: readonly string[] = [
  // What became of a command, as data: told again to whoever asks with the same origin.
  `alter table commands add column result text`,
  // With what is asked of each: what waits for a forge that is down is passed over without reading its rows.
  // Both looks have an index of their own; this one would be taken for either, and holds all that was postponed.
  `drop index deliveries_pending`,
  `drop index deliveries_new`,
  `create index deliveries_new on deliveries (seq, forge, due_at) where result is null and attempts = 0`,
  `drop index deliveries_postponed`,
  `create index deliveries_postponed on deliveries (due_at, seq, forge) where result is null and attempts > 0`,
];

const QUEUE: readonly string[] = [
  // `merged` is said of pull requests alone.
  `update tasks set outcome = json_set(outcome, '$.kind', 'folded') where json_extract(outcome, '$.kind') = 'merged'`,
  // A discussion has a name and, in the column that cannot be empty, the number 0.
  `alter table tasks add column name text`,
  // Where it was claimed last.
  `alter table tasks add column worker text`,
];

const RECORDS: readonly string[] = [
  `alter table sessions add column name text`,
  `alter table runs add column worker text`,
  // A worktree was its name alone.
  `update sessions set data = json_set(data, '$.worktree', json_object('name', json_extract(data, '$.worktree')))
    where json_type(data, '$.worktree') = 'text'`,
];

const ORDERS: readonly string[] = [
  // Until now everything was said at the forge of the issue; a name in the config has no colon.
  `alter table outbox add column destination text not null default ''`,
  `update outbox set destination = 'forge:' || substr(issue_key, 1, instr(issue_key, ':') - 1)`,
  // The same may be said at more than one destination.
  `update outbox set unique_key = destination || ' ' || unique_key`,
  `drop index outbox_issue`,
  `create index outbox_lane on outbox (issue_key, destination, id) where state = 'pending'`,
];

/** Written by the database, in the transaction of the change: so none is missed, whoever makes it. */
const EVENTS: readonly EventsOf[] = [
  {
    table: 'tasks',
    type: 'task',
    issueKey: 'new.issue_key',
    data: `'task', new.id, 'session', new.session_id, 'state', new.state, 'attempts', new.attempts`,
    when: `new.state is not old.state or new.attempts is not old.attempts or new.progress is not old.progress
      or new.outcome is not old.outcome`,
  },
  {
    table: 'sessions',
    type: 'session',
    issueKey: 'new.issue_key',
    data: `'session', new.id, 'state', new.state`,
    when: `new.state is not old.state or new.branch is not old.branch or new.pull_number is not old.pull_number
      or new.reap is not old.reap
      or json_extract(new.data, '$.pull.state') is not json_extract(old.data, '$.pull.state')`,
  },
  {
    table: 'runs',
    type: 'run',
    issueKey: '(select issue_key from tasks where id = new.task_id)',
    data: `'run', new.id, 'task', new.task_id, 'state', iif(new.ended_at is null, 'running', 'ended')`,
    when: 'new.ended_at is not old.ended_at',
  },
  {
    table: 'outbox',
    type: 'order',
    issueKey: 'new.issue_key',
    data: `'order', new.id, 'kind', new.kind, 'state', new.state, 'attempts', new.attempts`,
    when: 'new.state is not old.state or new.attempts is not old.attempts',
  },
  {
    table: 'deliveries',
    type: 'delivery',
    issueKey: 'null',
    data: `'delivery', new.seq, 'forge', new.forge, 'state', new.result`,
    // Not its arrival: accepting is the hottest path, and one event of each is enough.
    when: 'old.result is null and new.result is not null',
    onlyUpdates: true,
  },
  {
    table: 'api_tokens',
    type: 'token',
    issueKey: 'null',
    data: `'token', new.id, 'state', iif(new.revoked_at is null, 'valid', 'revoked')`,
    when: 'new.revoked_at is not old.revoked_at',
  },
];

const API: readonly string[] = [
  `create table api_tokens (
    seq integer primary key autoincrement, id text not null unique, name text not null, hash text not null unique,
    scope text not null, repos text, created_at integer not null, created_by text not null, expires_at integer,
    used_at integer, revoked_at integer) strict`,
  `create table api_requests (
    by text not null, key text not null, hash text not null, made text, at integer not null,
    primary key (by, key)) strict, without rowid`,
  `create index api_requests_at on api_requests (at)`,
  `create index tasks_of_repo on tasks (repo_key, seq)`,
  // The id grows by itself: the newest row is never the one that is removed.
  `create table events (
    id integer primary key, at integer not null, type text not null, change text not null, issue_key text,
    data text not null) strict`,
  `create trigger events_bounded after insert on events when new.id % 500 = 0
    begin delete from events where id <= new.id - 10000; end`,
  ...EVENTS.flatMap(triggers),
];

/** What is told of each table: ids and states. `when` is about `old` and `new`. */
interface EventsOf {
  readonly table: string;
  readonly type: string;
  readonly issueKey: string;
  readonly data: string;
  /** Of an update; an insert is always told, unless this says which updates alone are. */
  readonly when: string;
  readonly onlyUpdates?: true;
}

function triggers({ table, type, issueKey, data, when, onlyUpdates }: EventsOf): string[] {
  const on = (name: string, happening: string, change: string) =>
    `create trigger ${table}_${name} after ${happening} begin
      insert into events (at, type, change, issue_key, data)
      values (cast(unixepoch('subsec') * 1000 as integer), '${type}', '${change}', ${issueKey}, json_object(${data}));
    end`;
  return [
    ...(onlyUpdates ? [] : [on('added', `insert on ${table}`, 'added')]),
    on('changed', `update on ${table} when ${when}`, 'changed'),
  ];
}
