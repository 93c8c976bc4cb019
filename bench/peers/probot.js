// probot as its documentation builds it, with a handler that stores nothing: verified and parsed, lost when the process dies.
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { createNodeMiddleware, createProbot } from 'probot';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const probot = createProbot({
  overrides: { appId: 1, privateKey, secret: process.env.BENCH_SECRET, logLevel: 'fatal' },
});
let seen = 0;
const app = (probot) => {
  probot.on('issue_comment', () => {
    seen += 1;
  });
};
const middleware = await createNodeMiddleware(app, { probot, webhooksPath: '/api/github/webhooks' });
const server = createServer((request, response) => void middleware(request, response));
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
