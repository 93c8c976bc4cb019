// Every change of a state that the database of a home tells of, held against the tables of `domain`.
import { existsSync } from 'node:fs';
import SQLite from 'better-sqlite3';
import { SESSION_MOVES } from '../../src/domain/session-moves.js';
import { TASK_MOVES } from '../../src/domain/task-moves.js';

const TASK_EDGES = Object.values(TASK_MOVES).flatMap(({ from, to }) =>
  from.flatMap((before) => [to].flat().map((after) => `${before} > ${after}`)),
);
const SESSION_EDGES = Object.values(SESSION_MOVES).flatMap((leads) =>
  Object.entries(leads).map(([from, to]) => `${from} > ${to}`),
);
const EDGES = { task: new Set(TASK_EDGES), session: new Set(SESSION_EDGES) };

interface Told {
  readonly type: 'task' | 'session';
  readonly id: string;
  readonly state: string;
}

/** Those that are in no table, e.g. `task T-2f9c: done > running`. Of a database that a test has broken nothing is told. */
export function wrongMoves(file: string): string[] {
  const last = new Map<string, string>();
  const wrong: string[] = [];
  for (const { type, id, state } of toldIn(file)) {
    const before = last.get(id) ?? state;
    if (before !== state && !EDGES[type].has(`${before} > ${state}`))
      wrong.push(`${type} ${id}: ${before} > ${state}`);
    last.set(id, state);
  }
  return wrong;
}

function toldIn(file: string): Told[] {
  if (!existsSync(file)) return [];
  let db: SQLite.Database | undefined;
  try {
    db = new SQLite(file, { readonly: true });
    const told = db.prepare<[], Told>(`
      select type, json_extract(data, '$.' || type) as id, json_extract(data, '$.state') as state
      from events where type in ('task', 'session') order by events.id`);
    return told.all();
  } catch (error) {
    if (error instanceof SQLite.SqliteError) return [];
    throw error;
  } finally {
    db?.close();
  }
}
