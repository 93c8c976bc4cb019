// What the figures depend on: processor, Node, the file system below the database and what a sync costs there.
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

/** Lines for people; nothing in them names the machine. */
export function factsOf(folder) {
  const [first] = cpus();
  const memory = `${(totalmem() / 1024 ** 3).toFixed(0)} GiB`;
  return [
    `host: ${cpus().length} × ${first?.model.trim() || process.arch}, ${memory}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.versions.node}`,
    `file system: ${fileSystemOf(folder)}, 4 KB written and synced: ${probe(folder)}`,
  ];
}

/** The mount with the longest path above the folder. */
function fileSystemOf(folder) {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
  const above = mounts.filter(
    ([, at]) => at !== undefined && `${folder}/`.startsWith(at === '/' ? '/' : `${at}/`),
  );
  const [nearest] = above.toSorted((a, b) => b[1].length - a[1].length);
  return nearest?.[2] ?? 'unknown';
}

function probe(folder) {
  const file = join(folder, 'probe');
  const fd = openSync(file, 'w');
  const page = Buffer.alloc(4096, 1);
  const took = Array.from({ length: 100 }, () => {
    const begun = performance.now();
    writeSync(fd, page);
    fsyncSync(fd);
    return performance.now() - begun;
  }).toSorted((a, b) => a - b);
  closeSync(fd);
  rmSync(file);
  return `median ${took[50]?.toFixed(2)} ms, p99 ${took[98]?.toFixed(2)} ms`;
}
