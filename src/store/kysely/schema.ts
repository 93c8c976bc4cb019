// The tables as Kysely sees them, and their making. `null` lives only here and in the row mappers.
import { sql, type Generated, type Kysely } from 'kysely';

export interface Schema {
  deliveries: {
    seq: Generated<number>;
    forge: string;
    delivery_id: string;
    event: string;
    headers: string;
    body: string;
    received_at: number;
    attempts: Generated<number>;
    due_at: number;
    result: string | null;
    note: string | null;
    content_key: string | null;
    finished_at: number | null;
  };
  commands: { origin: string; verb: string; issue_key: string; actor: string; note: string; at: number };
  tasks: {
    seq: Generated<number>;
    id: string;
    issue_key: string;
    forge: string;
    repo_id: string;
    number: number;
    session_id: string;
    verb: string;
    state: string;
    priority: number;
    message: string;
    options: string;
    actor: string;
    comment_id: string | null;
    snapshot: string | null;
    attempts: Generated<number>;
    fence: Generated<number>;
    boot_id: string | null;
    created_at: number;
    run_at: number;
    started_at: number | null;
    ended_at: number | null;
    progress: string | null;
    outcome: string | null;
    report_comment_id: string | null;
  };
  sessions: {
    seq: Generated<number>;
    id: string;
    issue_key: string;
    forge: string;
    repo_id: string;
    number: number;
    state: string;
    branch: string | null;
    pull_number: number | null;
    reap: string | null;
    created_at: number;
    /** Everything of the session but its subject, as JSON; the columns beside it are what is looked for. */
    data: string;
  };
  runs: {
    id: string;
    task_id: string;
    attempt: number;
    boot_id: string;
    started_at: number;
    ended_at: number | null;
    pid: number | null;
    start_ticks: string | null;
    evidence: string | null;
    ended: string | null;
  };
  outbox: {
    id: Generated<number>;
    issue_key: string;
    kind: string;
    payload: string;
    unique_key: string;
    version: Generated<number>;
    attempts: Generated<number>;
    run_at: number;
    created_at: number;
    state: Generated<string>;
    sent_at: number | null;
    why: string | null;
  };
  seen_labels: { issue_key: string; labels: string };
  repos: { forge: string; id: string; path: string };
}

export type Db = Kysely<Schema>;

/** One entry per version; never changed after a release, only added to. Each runs in one transaction. */
export const MIGRATIONS: readonly ((db: Db) => Promise<void>)[] = [firstVersion];

async function firstVersion(db: Db): Promise<void> {
  for (const statement of FIRST_VERSION) await sql.raw(statement).execute(db);
}

const FIRST_VERSION = [
  `create table deliveries (
    seq integer primary key autoincrement, forge text not null, delivery_id text not null, event text not null,
    headers text not null, body text not null, received_at integer not null, attempts integer not null default 0,
    due_at integer not null, result text, note text, content_key text, finished_at integer,
    unique (forge, delivery_id)) strict`,
  `create index deliveries_pending on deliveries (seq) where result is null`,
  `create unique index deliveries_content on deliveries (forge, content_key) where content_key is not null`,
  `create table commands (
    origin text primary key, verb text not null, issue_key text not null, actor text not null, note text not null,
    at integer not null) strict`,
  `create table tasks (
    seq integer primary key autoincrement, id text not null unique, issue_key text not null, forge text not null,
    repo_id text not null, number integer not null, session_id text not null, verb text not null, state text not null,
    priority integer not null, message text not null, options text not null, actor text not null, comment_id text,
    snapshot text, attempts integer not null default 0, fence integer not null default 0, boot_id text,
    created_at integer not null, run_at integer not null, started_at integer, ended_at integer, progress text,
    outcome text, report_comment_id text) strict`,
  // Only the head of each issue is ready: a claim reads one index and costs the same however many wait behind.
  `create unique index tasks_head on tasks (issue_key) where state in ('ready', 'delayed', 'running')`,
  `create index tasks_ready on tasks (priority desc, seq) where state = 'ready'`,
  `create index tasks_waiting on tasks (issue_key, priority desc, seq) where state = 'waiting'`,
  `create index tasks_delayed on tasks (run_at) where state = 'delayed'`,
  `create index tasks_live on tasks (state) where state in ('running', 'reporting')`,
  `create index tasks_issue on tasks (issue_key, seq)`,
  `create index tasks_session on tasks (session_id, seq)`,
  `create table sessions (
    seq integer primary key autoincrement, id text not null unique, issue_key text not null, forge text not null,
    repo_id text not null, number integer not null, state text not null, branch text, pull_number integer, reap text,
    created_at integer not null, data text not null) strict`,
  `create unique index sessions_living on sessions (issue_key) where state <> 'reaped'`,
  `create index sessions_issue on sessions (issue_key, seq)`,
  `create index sessions_branch on sessions (forge, repo_id, branch) where branch is not null`,
  `create index sessions_pull on sessions (forge, repo_id, pull_number) where pull_number is not null`,
  `create index sessions_reap on sessions (seq) where reap is not null`,
  `create table runs (
    id text primary key, task_id text not null, attempt integer not null, boot_id text not null,
    started_at integer not null, ended_at integer, pid integer, start_ticks text, evidence text, ended text) strict`,
  `create index runs_task on runs (task_id, started_at)`,
  `create index runs_open on runs (id) where ended_at is null`,
  `create table outbox (
    id integer primary key autoincrement, issue_key text not null, kind text not null, payload text not null,
    unique_key text not null unique, version integer not null default 1, attempts integer not null default 0,
    run_at integer not null, created_at integer not null, state text not null default 'pending', sent_at integer,
    why text) strict`,
  `create index outbox_pending on outbox (run_at) where state = 'pending'`,
  `create index outbox_issue on outbox (issue_key, id) where state = 'pending'`,
  `create table seen_labels (issue_key text primary key, labels text not null) strict`,
  `create table repos (forge text not null, id text not null, path text not null, primary key (forge, id)) strict`,
];
