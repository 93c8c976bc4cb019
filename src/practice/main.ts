// Starts the practice forge as a process of its own: `node dist/practice/main.js --port 0 --home DIR [--until-stdin-closes]`, or
// many of them in one process, as they are asked for on stdin: `--many`.
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { servePractice } from './server.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    home: { type: 'string' },
    'until-stdin-closes': { type: 'boolean', default: false },
    many: { type: 'boolean', default: false },
  },
});
if (values.many) await serveMany();
else if (values.home === undefined) {
  process.stderr.write('usage: practice/main.js --home DIR [--port N] [--until-stdin-closes] | --many\n');
  process.exit(2);
} else await serveOne(values.home);

async function serveOne(home: string): Promise<void> {
  const forge = await servePractice({ home, port: Number(values.port) });
  const end = () => void forge.stop().then(() => process.exit(0));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  if (values['until-stdin-closes']) process.stdin.on('end', end).on('error', end).resume();
  process.stdout.write(`${JSON.stringify({ url: forge.url })}\n`);
}

/** Line by line `open HOME` or `close URL`, each answered by a line with its `url`. Ends with its input. */
async function serveMany(): Promise<void> {
  const forges = new Map<string, { stop(): Promise<void> }>();
  for await (const line of createInterface({ input: process.stdin })) {
    const [, verb, what = ''] = /^(open|close) (.*)$/.exec(line) ?? [];
    if (verb === 'open') {
      const forge = await servePractice({ home: what, port: 0 });
      forges.set(forge.url, forge);
      process.stdout.write(`${JSON.stringify({ url: forge.url })}\n`);
    } else {
      await forges.get(what)?.stop();
      forges.delete(what);
      process.stdout.write(`${JSON.stringify({ url: what })}\n`);
    }
  }
  process.exit(0);
}
