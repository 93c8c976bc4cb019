// The load: so many signed deliveries over so many connections, written straight to sockets so that the client costs little.
// Arguments: URL, secret, count, connections. Prints `{"tookMs":…,"p99Ms":…}`; anything but 200 or 202 ends it with 1.
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { aDelivery } from './delivery.js';

const [url = '', secret = '', count = '0', connections = '1'] = process.argv.slice(2);
const { hostname, port, pathname } = new URL(url);
const run = randomUUID();
const requests = Array.from({ length: Number(count) }, (_, n) => requestOf(n));
const latencies = [];

const begun = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, () => sendUntilEmpty()));
const tookMs = performance.now() - begun;
const p99Ms = latencies.toSorted((a, b) => a - b)[Math.floor(latencies.length * 0.99)];
process.stdout.write(JSON.stringify({ tookMs, p99Ms }));

function requestOf(n) {
  const { body, headers } = aDelivery(`${run}-${n}`, secret);
  const lines = Object.entries({ host: `${hostname}:${port}`, 'content-length': body.length, ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`POST ${pathname} HTTP/1.1\r\n${head}\r\n`), body]);
}

/** One connection: the next request goes when the answer to the one before is whole. */
function sendUntilEmpty() {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    let sentAt = 0;
    const next = () => {
      const request = requests.pop();
      if (request === undefined) return socket.end(resolve);
      sentAt = performance.now();
      socket.write(request);
    };
    socket.setNoDelay(true).setEncoding('latin1').on('connect', next).on('error', reject);
    socket.on('close', () => reject(new Error('the connection was closed')));
    socket.on('data', (chunk) => {
      answer += chunk;
      if (!isWhole(answer)) return;
      if (!/^HTTP\/1\.1 20[02] /.test(answer)) return reject(new Error(answer.slice(0, 300)));
      latencies.push(performance.now() - sentAt);
      answer = '';
      next();
    });
  });
}

function isWhole(answer) {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end))?.[1];
  return length === undefined ? answer.endsWith('0\r\n\r\n') : answer.length >= end + 4 + Number(length);
}
