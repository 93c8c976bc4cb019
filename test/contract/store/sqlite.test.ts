// The contract of `Store`, held against SQLite.
import { openSqliteWorld } from './sqlite-world.js';
import { storeContract } from './store-contract.js';

storeContract('sqlite', openSqliteWorld);
