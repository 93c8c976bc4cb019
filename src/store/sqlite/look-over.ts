// Looks a whole database over beside the work: in a process of its own, as SQLite's check takes minutes on a large one and
// would hold everything else of this process for as long.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

export interface LookOver {
  /** What SQLite said: `ok`, or the first damage. Undefined when it was ended before, or could not be done. */
  readonly said: Promise<string | undefined>;
  end(): void;
}

export function lookOver(file: string): LookOver {
  const driver = createRequire(import.meta.url).resolve('better-sqlite3');
  const env = { PATH: process.env['PATH'] };
  const child = spawn(process.execPath, ['-e', CHECK, driver, file], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  const said = new Promise<string | undefined>((resolve) => {
    child.on('error', () => resolve(undefined));
    child.on('close', () => resolve(told === '' ? undefined : told));
  });
  return { said, end: () => void child.kill('SIGKILL') };
}

const CHECK = `
  const [driver, file] = process.argv.slice(1);
  const SQLite = require(driver);
  let said;
  try {
    const db = new SQLite(file, { readonly: true, fileMustExist: true, timeout: 5000 });
    said = db.pragma('quick_check(1)', { simple: true });
  } catch (error) {
    if (!/^SQLITE_(CORRUPT|NOTADB)/.test(error.code)) throw error;
    said = error.message;
  }
  process.stdout.write(String(said));`;
