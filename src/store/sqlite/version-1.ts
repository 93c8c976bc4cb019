// The first version of the database.
import { sql } from 'kysely';
import type { Db } from './schema.js';

export async function version1(db: Db): Promise<void> {
  for (const statement of [...INBOX, ...WORK, ...OUTBOX]) await sql.raw(statement).execute(db);
}

const INBOX = [
  `create table deliveries (
    seq integer primary key autoincrement, forge text not null, delivery_id text not null, event text not null,
    headers text not null, body text not null, received_at integer not null, attempts integer not null default 0,
    due_at integer not null, result text, note text, content_key text, finished_at integer,
    unique (forge, delivery_id)) strict`,
  `create index deliveries_pending on deliveries (seq) where result is null`,
  `create unique index deliveries_content on deliveries (forge, content_key) where content_key is not null`,
  `create table commands (
    origin text primary key, verb text not null, issue_key text not null, actor text not null, note text not null,
    at integer not null) strict, without rowid`,
  `create table seen_labels (issue_key text primary key, labels text not null) strict, without rowid`,
];

const WORK = [
  `create table repos (
    key text primary key, forge text not null, id text not null, path text not null) strict, without rowid`,
  `create table tasks (
    seq integer primary key autoincrement, id text not null unique, issue_key text not null,
    repo_key text not null references repos (key), number integer not null, session_id text not null,
    verb text not null, state text not null, priority integer not null, message text not null, options text not null,
    actor text not null, comment_id text, snapshot text, attempts integer not null default 0,
    fence integer not null default 0, boot_id text, created_at integer not null, run_at integer not null,
    started_at integer, ended_at integer, progress text, outcome text, report_comment_id text) strict`,
  // Only the head of each issue is ready: a claim reads one index and costs the same however many wait behind it.
  `create unique index tasks_head on tasks (issue_key) where state in ('ready', 'delayed', 'running')`,
  `create index tasks_ready on tasks (priority desc, seq) where state = 'ready'`,
  `create index tasks_ready_of_repo on tasks (repo_key, priority desc, seq) where state = 'ready'`,
  `create index tasks_waiting on tasks (issue_key, priority desc, seq) where state = 'waiting'`,
  `create index tasks_delayed on tasks (run_at) where state = 'delayed'`,
  `create index tasks_running on tasks (seq) where state = 'running'`,
  `create index tasks_issue on tasks (issue_key, seq)`,
  `create index tasks_session on tasks (session_id, seq)`,
  `create table sessions (
    seq integer primary key autoincrement, id text not null unique, issue_key text not null,
    repo_key text not null references repos (key), number integer not null, state text not null, branch text,
    pull_number integer, reap text, created_at integer not null, data text not null) strict`,
  `create unique index sessions_living on sessions (issue_key) where state <> 'reaped'`,
  `create index sessions_issue on sessions (issue_key, seq)`,
  `create index sessions_branch on sessions (repo_key, branch) where branch is not null`,
  `create index sessions_pull on sessions (repo_key, pull_number) where pull_number is not null`,
  `create index sessions_reap on sessions (seq) where reap is not null`,
  `create table runs (
    seq integer primary key autoincrement, id text not null unique, task_id text not null references tasks (id),
    attempt integer not null, boot_id text not null, started_at integer not null, ended_at integer, pid integer,
    start_ticks text, evidence text, ended text) strict`,
  `create index runs_task on runs (task_id, seq)`,
  `create index runs_open on runs (seq) where ended_at is null`,
];

const OUTBOX = [
  `create table outbox (
    id integer primary key autoincrement, issue_key text not null, kind text not null, payload text not null,
    unique_key text not null unique, version integer not null default 1, attempts integer not null default 0,
    run_at integer not null, again_at integer, created_at integer not null, state text not null default 'pending',
    sent_at integer, dead_at integer, why text) strict`,
  `create index outbox_pending on outbox (id) where state = 'pending'`,
  `create index outbox_issue on outbox (issue_key, id) where state = 'pending'`,
];
