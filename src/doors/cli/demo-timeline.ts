// The timeline in the terminal: seconds since the beginning, what happened, where it was seen.

/** `source`: delivery, task, comment or sha; `note`: what is worth reading of it. */
export type Timeline = (what: string, source: string, note: string) => void;

export function createTimeline(print: (text: string) => void): Timeline {
  const begin = Date.now();
  return (what, source, note) => {
    const seconds = ((Date.now() - begin) / 1000).toFixed(1).padStart(5);
    print(`${seconds} s  ${what.padEnd(16)} ${source.padEnd(46)} ${note}\n`);
  };
}
