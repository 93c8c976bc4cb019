// Reads the output of a hostile program line by line, with a cap on a line and on the whole, and never stops draining.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

export interface LineReader {
  readonly maxLineChars: number;
  /** Beyond it nothing is handed on any more; the stream is still drained, so that the program does not block. */
  readonly maxChars: number;
  /** The lines that came in one piece together, without their ends; a longer line is cut. */
  readonly onLines: (lines: readonly string[]) => void;
  /** Once, when `maxChars` is reached. */
  readonly onCut: () => void;
  /** For each piece that arrives, cut or not. */
  readonly onActivity: () => void;
}

/** Resolves when the stream has ended or broken. */
export function readLines(stream: Readable, reader: LineReader): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let total = 0;

  function take(text: string, last: boolean): void {
    total += text.length;
    const lines = (rest + text).split('\n');
    // Of an endless line only the part that will be shown is kept.
    rest = last ? '' : (lines.pop() ?? '').slice(0, reader.maxLineChars);
    const whole = lines.map((line) => line.slice(0, reader.maxLineChars).replace(/\r$/, ''));
    if (last && whole.at(-1) === '') whole.pop();
    if (whole.length > 0) reader.onLines(whole);
    if (total > reader.maxChars) reader.onCut();
  }

  return new Promise((resolve) => {
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      if (total <= reader.maxChars) take(decoder.end(), true);
      resolve();
    };
    stream.on('data', (chunk: Buffer) => {
      reader.onActivity();
      if (total <= reader.maxChars) take(decoder.write(chunk), false);
    });
    stream.once('end', end).once('close', end).once('error', end);
  });
}

/** Keeps the last characters of a stream: what a failed program said. */
export function keepTail(stream: Readable, maxChars: number, onActivity: () => void): () => string {
  const decoder = new StringDecoder('utf8');
  let tail = '';
  stream.on('data', (chunk: Buffer) => {
    tail = (tail + decoder.write(chunk)).slice(-maxChars);
    onActivity();
  });
  stream.on('error', () => {});
  return () => tail.trim();
}
