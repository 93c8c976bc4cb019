// What Node itself can do: reads the body and answers. Neither verified nor stored.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { length } = Buffer.concat(chunks);
    response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ length }));
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
