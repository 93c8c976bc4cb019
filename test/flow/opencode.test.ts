// The main job with the real opencode, short form: in the sandbox, from the comment to nothing left behind. `npm run test:agents`
// plays it on both faces, and two repositories at once.
import { giteaFace } from '../support/faces.js';
import { refusedTool, wholeStory } from './opencode-stories.js';

wholeStory(giteaFace, 'bubblewrap');
refusedTool();
