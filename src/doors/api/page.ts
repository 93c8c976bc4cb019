// The page that shows the API: Swagger UI from our own disk, under a policy that lets nothing else in.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Hono } from 'hono';
import { openapiText } from './document.js';
import { BASE } from './routes.js';

const require = createRequire(import.meta.url);

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const ASSETS = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const;

/** The same for everybody, and in the documentation: it needs no token, so that a browser can open it. */
export function pageRoutes(): Hono {
  const app = new Hono();
  let description: string | undefined;
  app.get('/openapi.json', (c) => {
    description ??= openapiText();
    return c.body(description, 200, { 'content-type': 'application/json', ...HEADERS });
  });
  app.get('/docs', (c) => c.html(PAGE, 200, HEADERS));
  app.get('/docs/begin.js', (c) => c.body(BEGIN, 200, { 'content-type': 'text/javascript', ...HEADERS }));
  for (const [name, type] of Object.entries(ASSETS))
    app.get(`/docs/${name}`, (c) => c.body(asset(name), 200, { 'content-type': type, ...HEADERS }));
  return app;
}

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>kugetsu API</title>
<link rel="stylesheet" href="${BASE}/docs/swagger-ui.css">
<div id="page"></div>
<script src="${BASE}/docs/swagger-ui-bundle.js"></script>
<script src="${BASE}/docs/begin.js"></script>
</html>
`;

/** A token that is typed in lives as long as the page. */
const BEGIN = `SwaggerUIBundle({
  url: '${BASE}/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

function asset(name: string): string {
  return readFileSync(join(dirname(require.resolve('swagger-ui-dist/package.json')), name), 'utf8');
}
