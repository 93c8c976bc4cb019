// The recordings from a real Gitea, read from `fixtures/gitea`.
import { readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../../fixtures/gitea/', import.meta.url);

export interface RecordedAnswer {
  readonly name: string;
  readonly request: {
    readonly as: string;
    readonly method: string;
    readonly path: string;
    readonly body?: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
}

export interface RecordedDelivery {
  readonly name: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** By their number, `033`. */
export function recordedAnswers(): Map<string, RecordedAnswer> {
  const names = readdirSync(new URL('api/', ROOT));
  return new Map(
    names.map((name) => {
      const parsed = JSON.parse(readFileSync(new URL(`api/${name}`, ROOT), 'utf8')) as Omit<
        RecordedAnswer,
        'name'
      >;
      return [name.slice(0, 3), { ...parsed, name: name.replace(/\.json$/, '') }];
    }),
  );
}

export function recordedDeliveries(): Map<string, RecordedDelivery> {
  const names = readdirSync(new URL('deliveries/', ROOT)).filter((name) => !name.endsWith('.headers.json'));
  return new Map(
    names.map((name) => {
      const head = name.replace(/\.json$/, '');
      const sent = JSON.parse(
        readFileSync(new URL(`deliveries/${head}.headers.json`, ROOT), 'utf8'),
      ) as RecordedDelivery;
      const body = readFileSync(new URL(`deliveries/${name}`, ROOT), 'utf8');
      return [name.slice(0, 3), { name: head, path: sent.path, headers: sent.headers, body }];
    }),
  );
}
