// The contract of an agent, short form: a command in every sandbox, and of opencode, which takes seconds to start, what matters
// most. `npm run test:agents` tries the rest. One file, so that few opencodes run at a time.
import { probes } from './apart.js';
import { endingsOfPrograms, modelOfCommand, refusalsOfTheModel } from './endings.js';
import { asks, crashIsTold, neverWaitsForPerson, remembersOverRestart, stopsWhole } from './turns.js';
import { variants } from './variants.js';

for (const variant of variants) {
  const isCommand = variant.agent.kind === 'command';
  if (!isCommand && variant.sandbox.kind === 'none') continue;
  remembersOverRestart(variant);
  stopsWhole(variant);
  asks(variant);
  if (!isCommand) continue;
  crashIsTold(variant);
  neverWaitsForPerson(variant);
}
refusalsOfTheModel();
endingsOfPrograms();
modelOfCommand();
probes();
