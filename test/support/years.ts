// A database as it is after years: so many ended tasks, deliveries and sessions, with a little that is alive.
import SQLite from 'better-sqlite3';

export interface Years {
  readonly tasks: number;
  readonly deliveries: number;
  readonly sessions: number;
}

/** Into a database of the newest version that nobody has open. Half of the deliveries were postponed until far from now. */
export function fill(file: string, { tasks, deliveries, sessions }: Years): void {
  const raw = new SQLite(file);
  raw.pragma('synchronous = OFF');
  raw.exec(`
    begin;
    insert into repos values ('old:1', 'old', '1', 'old/history'), ('old:2', 'old', '2', 'old/other');
    with recursive n (i) as (select 1 union all select i + 1 from n where i < ${sessions})
    insert into sessions (id, issue_key, repo_key, number, state, branch, pull_number, created_at, data)
      select 'old-' || i, 'old:1#' || i, 'old:1', i, iif(i <= 20, 'idle', 'reaped'), 'kugetsu/' || i, i, i,
        json_object('id', 'old-' || i, 'issueKey', 'old:1#' || i, 'state', iif(i <= 20, 'idle', 'reaped'), 'agent', 'a',
          'mayPush', json('true'), 'turns', 1, 'createdAt', i, 'usedAt', i,
          'pull', json_object('number', i, 'url', '', 'state', iif(i <= 5, 'open', 'merged')))
      from n;
    with recursive n (i) as (select 1 union all select i + 1 from n where i < ${tasks})
    insert into tasks (id, issue_key, repo_key, number, session_id, verb, state, priority, message, options, actor, attempts,
        created_at, run_at, ended_at)
      select 'T-old' || i, 'old:' || (1 + i % 2) || '#' || (i % ${sessions}), 'old:' || (1 + i % 2), i % ${sessions}, 'old-' || (i % ${sessions}), 'start',
        case when i <= 5 then 'delayed' when i <= 25 then 'waiting' when i <= 30 then 'reporting'
          else (json_array('done', 'failed', 'cancelled') ->> (i % 3)) end,
        i % 2 * 10, '', '{}', '{"id":"2","login":"ann","kind":"user"}', 1, i, 4000000000000, i
      from n;
    with recursive n (i) as (select 1 union all select i + 1 from n where i < ${deliveries})
    insert into deliveries (forge, delivery_id, event, headers, body, received_at, due_at, attempts, result, content_key)
      select 'old', 'old-' || i, 'issue_comment', '{}', '{}', i, iif(i % 2, i, 4000000000000), 1,
        iif(i % 2, 'handled', null), iif(i % 2, 'old-' || i, null)
      from n;
    commit;
  `);
  raw.close();
}
