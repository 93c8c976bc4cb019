// `npm run bench -- NAME`: runs one benchmark, or all; each prints its raw values, the host and one ratio.
import { api } from './api.js';
import { intake } from './intake.js';

const BENCHMARKS = { api, intake };

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  process.stderr.write(
    `no benchmark ${unknown.join(', ')}; there are: ${Object.keys(BENCHMARKS).join(', ')}\n`,
  );
  process.exit(2);
}
for (const [name, run] of Object.entries(BENCHMARKS)) {
  if (asked.length === 0 || asked.includes(name)) await run();
}
