// The pages under docs/ that are made from the source.
import { configDocsText, configSchemaText } from '../../config/docs.js';
import { openapiText } from '../api/document.js';
import { commandsPage } from './commands-page.js';

export interface GeneratedDocument {
  /** Under the project's folder. */
  readonly file: string;
  readonly text: () => string;
}

/** A further page is one more entry here. */
export const DOCUMENTS: readonly GeneratedDocument[] = [
  { file: 'docs/commands.md', text: commandsPage },
  { file: 'docs/config.md', text: configDocsText },
  { file: 'docs/config.schema.json', text: configSchemaText },
  { file: 'docs/openapi.json', text: openapiText },
];
