// The description of the API (OpenAPI 3.1), made from the table of routes and the table of verbs.
import { OpenAPIHono } from '@hono/zod-openapi';
import { showJson } from '../../config/docs.js';
import { readVersion } from '../../support/version.js';
import { BASE, ROUTES } from './routes.js';
import { verbRoutes } from './verb-routes.js';

export function apiDocument() {
  const { openAPIRegistry: registry, ...app } = described();
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  return app.document();
}

function described() {
  const app = new OpenAPIHono();
  for (const route of [...Object.values(ROUTES), ...verbRoutes().map(({ route }) => route)])
    app.openAPIRegistry.registerPath(route);
  const document = () =>
    app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'kugetsu',
        version: readVersion(),
        description:
          'Over TCP (`server.admin`) every request needs a bearer token; over the socket in the home (`run/kugetsu.sock`) ' +
          'whoever may open it is the operator. Times are milliseconds since the epoch. Errors are problem details.',
      },
      servers: [{ url: BASE }],
    });
  return { openAPIRegistry: app.openAPIRegistry, document };
}

/** `docs/openapi.json`. */
export function openapiText(): string {
  return `${showJson(apiDocument())}\n`;
}
