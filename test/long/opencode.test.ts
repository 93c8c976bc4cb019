// The main job with the real opencode, against a scripted model server: alone, and two repositories at once.
import { refusedTool, twoRepositories, wholeStory } from '../flow/opencode-stories.js';
import { giteaFace, githubFace } from '../support/faces.js';

wholeStory(giteaFace, 'bubblewrap');
wholeStory(githubFace, 'none');
twoRepositories();
refusedTool();
