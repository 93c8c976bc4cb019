// The shapes of GitHub's answers, from its own OpenAPI description; types only.
import type { components } from '@octokit/openapi-types';

export type Schema = components['schemas'];
export type Association = Schema['author-association'];
