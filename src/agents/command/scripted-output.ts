// How a scripted agent speaks: JSON lines on stdout.
import { writeSync } from 'node:fs';

export interface Output {
  readonly event: (event: Readonly<Record<string, unknown>>) => void;
  readonly raw: (text: string) => void;
  readonly error: (text: string) => void;
}

/** Written at once, so that nothing is lost when the program ends or kills itself right after. */
export function createOutput(): Output {
  return {
    event: (event) => writeAll(1, `${JSON.stringify(event)}\n`),
    raw: (text) => writeAll(1, text),
    error: (text) => writeAll(2, text),
  };
}

function writeAll(fd: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      // A full pipe is not an error: the reader is only slower than we are.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
