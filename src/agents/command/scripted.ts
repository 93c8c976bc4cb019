// A scripted agent: a real executable for `kugetsu demo` and for tests. Reads a prompt on stdin and does what it says.
//   node scripted.js [--script FILE]
import { readFileSync } from 'node:fs';
import { playDemo } from './scripted-demo.js';
import { createOutput } from './scripted-output.js';
import { stepsOfPrompt, stepsOfScript, type Step } from './scripted-parse.js';
import { verbs, type World } from './scripted-verbs.js';

const world: World = {
  cwd: process.cwd(),
  env: process.env,
  prompt: readFileSync(0, 'utf8'),
  out: createOutput(),
};
const steps = findSteps(world.prompt);
if (steps.length === 0) await playDemo(world);
for (const step of steps) await play(step);

/** The prompt's own lines come first, then the script file's, so that one comment can change one turn. */
function findSteps(prompt: string): Step[] {
  const ordered = stepsOfPrompt(prompt);
  const flag = process.argv.indexOf('--script');
  const file = flag < 0 ? process.env['SCRIPTED_AGENT_FILE'] : process.argv[flag + 1];
  if (ordered.length > 0 || file === undefined) return ordered;
  return stepsOfScript(readFileSync(file, 'utf8'), Number(process.env['KUGETSU_TURN'] ?? 1));
}

async function play({ verb, rest }: Step): Promise<void> {
  const act = verbs[verb];
  if (act === undefined) {
    world.out.error(`scripted agent: no verb ${verb}; it knows ${Object.keys(verbs).join(', ')}\n`);
    process.exit(2);
  }
  await act(world, rest);
}
