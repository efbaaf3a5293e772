// Helpers for Node's requests and responses, which oidc-provider uses.
import { IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Html } from '../page.ts';

export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams(await text(request));
}

export async function sendHtml(response: ServerResponse, status: number, page: Html): Promise<void> {
  const body = String(await page);
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
    })
    .end(body);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  const body = JSON.stringify(value);
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'access-control-allow-origin': '*',
      'cache-control': 'no-store, no-cache',
      ...headers,
    })
    .end(body);
}

/** A copy with another URL and form; the same socket, so that oidc-provider sees a TLS request. */
export function rewritten(request: IncomingMessage, url: string, form: URLSearchParams): IncomingMessage {
  const body = Buffer.from(form.toString());
  const message = new IncomingMessage(request.socket);
  message.method = request.method ?? 'POST';
  message.url = url;
  message.headers = {
    ...request.headers,
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(body.byteLength),
  };
  message.complete = true;
  message.push(body);
  message.push(null);
  return message;
}
