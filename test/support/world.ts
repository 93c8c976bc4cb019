// A forge to play on: what a flow test needs to know of it, whichever program answers.

export interface World {
  readonly name: string;
  readonly kind: 'gitea' | 'github';
  /** Start page and base of the API that people use (`/api/v1`). */
  readonly url: string;
  /** `owner/name`, present; a rename changes it. */
  repo: string;
  /** The bare repository of the forge, on disk. */
  readonly gitDir: string;
  readonly tokenOf: (login: string) => string;
  readonly botToken: string;
  /** Tells the forge where deliveries go. */
  readonly addHook: (url: string, secret: string) => Promise<void>;
  /** Lines of the forge's entry in config.yaml below `name` and `kind`; files are made in `secretsDir`. */
  readonly authLines: (secretsDir: string, name?: string) => string[];
  /** Resolves when no delivery is under way. */
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** One API call as somebody. */
export async function call(
  world: World,
  login: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${world.url}/api/v1${path}`, {
    method,
    headers: { authorization: `token ${world.tokenOf(login)}`, 'content-type': 'application/json' },
    redirect: 'manual',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

/** The same, where anything but success is a fault of the test. */
export async function must<T>(
  world: World,
  login: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const answer = await call(world, login, method, path, body);
  if (answer.status >= 400)
    throw new Error(`${login}: ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as T;
}
