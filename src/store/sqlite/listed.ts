// A list as one bound value: a statement for each length of a list would fill the kept ones.
import { sql, type RawBuilder } from 'kysely';

/** For `in` and `not in`. */
export function listed<T extends string | number>(values: readonly T[]): RawBuilder<T> {
  return sql<T>`(select value from json_each(${JSON.stringify(values)}))`;
}
