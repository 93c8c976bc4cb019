// Commands that were carried out, each once.
import type { Inbox } from '../inbox.js';
import type { Db } from './schema.js';

export function createCommands(db: Db): Pick<Inbox, 'recordCommand' | 'hasCommand'> {
  return {
    async recordCommand({ origin, verb, issueKey, actor, note, at }) {
      const row = await db
        .insertInto('commands')
        .values({ origin, verb, issue_key: issueKey, actor: JSON.stringify(actor), note, at })
        .onConflict((conflict) => conflict.column('origin').doNothing())
        .returning('origin')
        .executeTakeFirst();
      return row !== undefined;
    },
    async hasCommand(origin) {
      const row = await db
        .selectFrom('commands')
        .select('at')
        .where('origin', '=', origin)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}
