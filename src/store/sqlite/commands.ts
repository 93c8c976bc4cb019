// Commands that were carried out, each once, with what became of them.
import { result as resultSchema, type Result } from '../../domain/result.js';
import type { Inbox } from '../inbox.js';
import type { Db } from './schema.js';

export function createCommands(db: Db): Pick<Inbox, 'recordCommand' | 'findCommand'> {
  return {
    async recordCommand({ origin, verb, issueKey, actor, note, result, at }) {
      const texts = { actor: JSON.stringify(actor), result: JSON.stringify(result) };
      const values = { origin, verb, issue_key: issueKey, note, at, ...texts };
      const row = await db
        .insertInto('commands')
        .values(values)
        .onConflict((conflict) => conflict.column('origin').doNothing())
        .returning('origin')
        .executeTakeFirst();
      return row !== undefined;
    },
    async findCommand(origin) {
      const row = await db
        .selectFrom('commands')
        .select(['note', 'result'])
        .where('origin', '=', origin)
        .executeTakeFirst();
      return row === undefined ? undefined : { note: row.note, result: resultIn(row.result) };
    },
  };
}

/** Null: recorded before results were stored. */
function resultIn(text: string | null): Result {
  const before: Result = { kind: 'nothing', code: 'done_before' };
  return text === null ? before : resultSchema.parse(JSON.parse(text));
}
