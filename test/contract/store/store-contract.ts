// Registers the contract of `Store`: the same list for every database.
import { test } from 'vitest';
import { API_CASES } from './cases-api.js';
import { DELIVERY_CASES } from './cases-deliveries.js';
import { CLAIM_CASES } from './cases-claims.js';
import { ENDING_CASES } from './cases-endings.js';
import { MODEL_CASES } from './cases-model.js';
import { MOVE_CASES } from './cases-moves.js';
import { ORDER_CASES } from './cases-orders.js';
import { LANE_CASES } from './cases-orders-lanes.js';
import { RECORD_CASES } from './cases-records.js';
import { SESSION_CASES } from './cases-sessions.js';
import { TRANSACTION_CASES } from './cases-transactions.js';
import type { Case, OpenedStore } from './world.js';

/** @param openStore gives an empty store each time */
export function storeContract(name: string, openStore: () => Promise<OpenedStore>): void {
  const cases: readonly Case[] = [
    ...DELIVERY_CASES,
    ...CLAIM_CASES,
    ...ENDING_CASES,
    ...SESSION_CASES,
    ...RECORD_CASES,
    ...ORDER_CASES,
    ...LANE_CASES,
    ...TRANSACTION_CASES,
    ...MODEL_CASES,
    ...MOVE_CASES,
    ...API_CASES,
  ];
  for (const one of cases) test(`${name}: ${one.name}`, () => runCase(one, openStore));
}

async function runCase(one: Case, openStore: () => Promise<OpenedStore>): Promise<void> {
  const world = await openStore();
  try {
    await one.run(world.store, world);
  } finally {
    await world.end();
  }
}
