// The contract of an agent over every implementation, in every sandbox. One file, so that few opencodes run at a time.
import { probes, repositorySettings, twoAtOnce } from '../contract/agents/apart.js';
import {
  endingsOfPrograms,
  modelOfCommand,
  rareEndings,
  refusalsOfTheModel,
} from '../contract/agents/endings.js';
import {
  asks,
  crashIsTold,
  neverWaitsForPerson,
  remembersOverRestart,
  stopsWhole,
} from '../contract/agents/turns.js';
import { variants } from '../contract/agents/variants.js';

for (const variant of variants) {
  remembersOverRestart(variant);
  stopsWhole(variant);
  crashIsTold(variant);
  asks(variant);
  neverWaitsForPerson(variant);
}
refusalsOfTheModel();
rareEndings();
endingsOfPrograms();
modelOfCommand();
twoAtOnce();
repositorySettings();
probes();
