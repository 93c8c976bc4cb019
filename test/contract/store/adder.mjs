// Adds deliveries without end, sixteen at a time, and prints the id of each that was acknowledged. Runs from the built program.
import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../../dist/store/sqlite/open.js';

const [, , file, round] = process.argv;
const store = await openSqliteStore({ file });
const body = 'x'.repeat(2_000);
let next = 0;

async function addForEver() {
  for (;;) {
    const id = `${round}-${next++}`;
    await store.inbox.add({ forge: 'work', id, event: 'push', headers: {}, body, receivedAt: 100 });
    writeSync(1, `${id}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, addForEver));
