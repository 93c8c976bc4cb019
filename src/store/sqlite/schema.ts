// The tables as Kysely sees them. `null` lives only here and in the row mappers.
import type { Generated, Kysely } from 'kysely';

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
    lane: string | null;
  };
  commands: {
    origin: string;
    verb: string;
    issue_key: string;
    actor: string;
    note: string;
    at: number;
    result: string | null;
  };
  tasks: {
    seq: Generated<number>;
    id: string;
    issue_key: string;
    /** `FORGE:REPO_ID`, as in `repos.key`. */
    repo_key: string;
    /** 0 for a discussion, which has a name instead. */
    number: number;
    name: string | null;
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
    worker: string | null;
    created_at: number;
    run_at: number;
    started_at: number | null;
    ended_at: number | null;
    delay: string | null;
    progress: string | null;
    outcome: string | null;
    report_comment_id: string | null;
  };
  sessions: {
    seq: Generated<number>;
    id: string;
    issue_key: string;
    repo_key: string;
    number: number;
    name: string | null;
    state: string;
    branch: string | null;
    pull_number: number | null;
    reap: string | null;
    created_at: number;
    /** Everything of the session but its subject, as JSON; the columns beside it are what is looked for. */
    data: string;
  };
  runs: {
    seq: Generated<number>;
    id: string;
    task_id: string;
    attempt: number;
    boot_id: string;
    worker: string | null;
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
    /** Of the order, without what has a column of its own. */
    payload: string;
    unique_key: string;
    version: Generated<number>;
    attempts: Generated<number>;
    run_at: number;
    /** The earliest time of those that asked again since: when it is due once more after what is being sent. */
    again_at: number | null;
    created_at: number;
    state: Generated<string>;
    sent_at: number | null;
    dead_at: number | null;
    why: string | null;
    destination: string;
  };
  seen_labels: { issue_key: string; labels: string };
  repos: { key: string; forge: string; id: string; path: string };
  api_tokens: {
    seq: Generated<number>;
    id: string;
    name: string;
    hash: string;
    scope: string;
    repos: string | null;
    created_at: number;
    created_by: string;
    expires_at: number | null;
    used_at: number | null;
    revoked_at: number | null;
  };
  api_requests: { by: string; key: string; hash: string; made: string | null; at: number };
  /** Written by triggers alone. */
  events: {
    id: number;
    at: number;
    type: string;
    change: string;
    issue_key: string | null;
    data: string;
  };
}

export type Db = Kysely<Schema>;
