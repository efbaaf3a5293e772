// An organization's own server for extension packages, on loopback.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface UpdateServer extends AsyncDisposable {
  /** Without a slash at its end. */
  url: string;
  /** What is served from now on, by its path below the address. */
  serve(files: Record<string, string | Buffer>): void;
  /** Paths that were asked for. */
  requests: string[];
}

export async function startUpdateServer(): Promise<UpdateServer> {
  let served: Record<string, string | Buffer> = {};
  const requests: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    const path = new URL(url, 'http://127.0.0.1').pathname.slice(1);
    requests.push(path);
    const file = served[path];
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': typeOf(path) }).end(file);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(files) {
      served = files;
    },
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function typeOf(path: string): string {
  if (path.endsWith('.crx')) return 'application/x-chrome-extension';
  return path.endsWith('.xpi') ? 'application/x-xpinstall' : 'application/xml';
}
