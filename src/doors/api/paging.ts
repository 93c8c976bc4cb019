// Pages: a cursor says where the page before ended, and means something to us alone.
import { z } from 'zod';
import { ApiProblem } from './problems.js';

export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface Reading<Row, Place, Item> {
  /** Names the listing: a cursor of another one is refused. */
  readonly kind: string;
  readonly place: z.ZodType<Place>;
  readonly read: (after: Place | undefined, limit: number) => Promise<Row[]>;
  readonly placeOf: (row: Row) => Place;
  /** Rows that the caller may see. */
  readonly isVisible: (row: Row) => boolean;
  readonly show: (row: Row) => Item | Promise<Item>;
}

export interface PageAnswer<Item> {
  readonly items: Item[];
  readonly next?: string;
}

/** Rows that may not be seen are passed over, so many times at most: then the page is short, and has a next one. */
const MOST_READS = 20;

export async function readPage<Row, Place, Item>(
  reading: Reading<Row, Place, Item>,
  { limit, cursor }: PageQuery,
): Promise<PageAnswer<Item>> {
  const visible: Row[] = [];
  let at = cursor === undefined ? undefined : decode(reading, cursor);
  for (let reads = 0; reads < MOST_READS; reads += 1) {
    const rows = await reading.read(at, limit + 1);
    visible.push(...rows.filter((row) => reading.isVisible(row)));
    const last = rows.at(-1);
    if (last === undefined || rows.length <= limit) return await show(reading, visible, limit, undefined);
    at = reading.placeOf(last);
    if (visible.length > limit) break;
  }
  return await show(reading, visible, limit, at);
}

/** @param at where reading stopped; undefined at the end of all rows */
async function show<Row, Place, Item>(
  reading: Reading<Row, Place, Item>,
  visible: readonly Row[],
  limit: number,
  at: Place | undefined,
): Promise<PageAnswer<Item>> {
  const shown = visible.slice(0, limit);
  const items: Item[] = [];
  for (const row of shown) items.push(await reading.show(row));
  const last = shown.at(-1);
  const end = visible.length > limit && last !== undefined ? reading.placeOf(last) : at;
  return end === undefined ? { items } : { items, next: encode(reading.kind, end) };
}

function encode(kind: string, place: unknown): string {
  return Buffer.from(JSON.stringify([kind, place])).toString('base64url');
}

function decode<Place>({ kind, place }: { kind: string; place: z.ZodType<Place> }, cursor: string): Place {
  const read = z.tuple([z.literal(kind), place]).safeParse(parse(cursor));
  if (read.success) return read.data[1];
  throw new ApiProblem(400, 'bad_cursor', 'The cursor is not of this listing; begin without one.');
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
