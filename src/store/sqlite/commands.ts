// Commands that were carried out, each once.
import type { Commands } from '../store.js';
import type { Db } from './schema.js';

export function createCommands(db: Db): Commands {
  return {
    async record({ origin, verb, issueKey, actor, note, at }) {
      const row = await db
        .insertInto('commands')
        .values({ origin, verb, issue_key: issueKey, actor: JSON.stringify(actor), note, at })
        .onConflict((conflict) => conflict.column('origin').doNothing())
        .returning('origin')
        .executeTakeFirst();
      return row !== undefined;
    },
    async has(origin) {
      const row = await db
        .selectFrom('commands')
        .select('at')
        .where('origin', '=', origin)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}
