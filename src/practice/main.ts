// Starts the practice forge as a process of its own: `node dist/practice/main.js --port 0 --home DIR [--until-stdin-closes]`.
import { parseArgs } from 'node:util';
import { servePractice } from './server.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    home: { type: 'string' },
    'until-stdin-closes': { type: 'boolean', default: false },
  },
});
if (values.home === undefined) {
  process.stderr.write('usage: practice/main.js --home DIR [--port N] [--until-stdin-closes]\n');
  process.exit(2);
}
const forge = await servePractice({ home: values.home, port: Number(values.port) });
const end = () => void forge.stop().then(() => process.exit(0));
process.once('SIGTERM', end);
process.once('SIGINT', end);
if (values['until-stdin-closes']) process.stdin.on('end', end).on('error', end).resume();
process.stdout.write(`${JSON.stringify({ url: forge.url })}\n`);
