// A scripted model server on loopback (OpenAI's chat completions with SSE) that a real opencode runs against offline.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dueStep, textOf, type ChatMessage, type ModelStep } from './model-server-script.js';

export interface ModelRequest {
  readonly authorization: string | undefined;
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** The whole body, to search for what must not be in it. */
  readonly raw: string;
}

export interface ModelServer {
  /** The `baseURL` of the provider. */
  readonly url: string;
  readonly requests: readonly ModelRequest[];
  /** Every user message of every request, once. */
  userTexts(): string[];
  close(): Promise<void>;
}

interface Body {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly ChatMessage[];
}

/** What one answered request counts, as opencode sees it. */
export const modelUsage = { inputTokens: 1000, outputTokens: 50 };

export async function startModelServer(): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((raw) => answer(request, response, raw, requests));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    userTexts: () => {
      const users = requests.flatMap(({ messages }) => messages.filter(({ role }) => role === 'user'));
      return [...new Set(users.map(textOf))];
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** For `createOpencodeAgent`: the scripted server as opencode's only provider. */
export function scriptedModel(server: ModelServer): { model: string; config: Record<string, unknown> } {
  const models = {
    'scripted-model': {
      name: 'Scripted model',
      tool_call: true,
      limit: { context: 128_000, output: 8_192 },
      cost: { input: 1, output: 2 },
    },
  };
  const options = { baseURL: server.url, apiKey: 'not-a-real-key' };
  const provider = { scripted: { npm: '@ai-sdk/openai-compatible', name: 'Scripted', options, models } };
  return {
    model: 'scripted/scripted-model',
    config: { enabled_providers: ['scripted'], small_model: 'scripted/scripted-model', provider },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function answer(request: IncomingMessage, response: ServerResponse, raw: string, log: ModelRequest[]): void {
  if (request.method !== 'POST' || request.url?.endsWith('/chat/completions') !== true) {
    response.writeHead(404).end();
    return;
  }
  const body = JSON.parse(raw) as Body;
  log.push({ authorization: request.headers.authorization, model: body.model, messages: body.messages, raw });
  const step = dueStep(body.messages);
  if (step.kind === 'status') {
    response.writeHead(step.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: step.message, type: 'scripted', code: 'scripted' } }));
    return;
  }
  stream(response, body.model, step, log.length);
}

function stream(
  response: ServerResponse,
  model: string,
  step: Exclude<ModelStep, { kind: 'status' }>,
  n: number,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const base = {
    id: `chatcmpl-${n}`,
    object: 'chat.completion.chunk',
    created: Math.floor(Date.now() / 1000),
    model,
  };
  const send = (delta: object, finish?: string): void => {
    const choices = [{ index: 0, delta, finish_reason: finish ?? null }];
    response.write(`data: ${JSON.stringify({ ...base, choices })}\n\n`);
  };
  send({ role: 'assistant', content: '' });
  if (step.kind === 'tool') {
    const call = { name: step.tool, arguments: JSON.stringify(step.args) };
    send({ tool_calls: [{ index: 0, id: `call_${n}`, type: 'function', function: call }] });
  } else send({ content: step.kind === 'say' ? step.text : 'Half a ' });
  if (step.kind === 'hang') return;
  if (step.kind === 'cut') {
    response.destroy();
    return;
  }
  send({}, { tool: 'tool_calls', say: 'stop', length: 'length' }[step.kind]);
  const { inputTokens, outputTokens } = modelUsage;
  const usage = {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
  response.end(`data: ${JSON.stringify({ ...base, choices: [], usage })}\n\ndata: [DONE]\n\n`);
}
