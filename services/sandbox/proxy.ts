// A CONNECT proxy to the sandbox's TLS server, so that browsers use the real host names. It refuses and lists all other hosts.
import http from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';

export interface Proxy {
  readonly port: number;
  /** Each once, in the order of their first refusal. */
  readonly refusedHosts: string[];
  close(): Promise<void>;
}

export async function startProxy(options: {
  port: number;
  hosts: ReadonlySet<string>;
  tlsPort: number;
}): Promise<Proxy> {
  const refusedHosts: string[] = [];
  const tunnels = new Set<Duplex>();

  const refuse = (host: string) => {
    if (!refusedHosts.includes(host)) refusedHosts.push(host);
  };

  // The real hosts support only https.
  const server = http.createServer((request, response) => {
    refuse(hostOf(request.url ?? '', request.headers.host));
    response.writeHead(403, { 'content-type': 'text/plain' }).end('The sandbox answers only https.\n');
  });

  server.on('connect', (request, client, head) => {
    const [host = '', port] = (request.url ?? '').toLowerCase().split(':');
    client.on('error', () => client.destroy());
    if (!options.hosts.has(host) || port !== '443') {
      refuse(host);
      client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const upstream = net.connect(options.tlsPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) upstream.write(head);
      upstream.pipe(client);
      client.pipe(upstream);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      tunnels.add(one);
      one.on('close', () => {
        tunnels.delete(one);
        other.destroy();
      });
    }
    upstream.on('error', () => upstream.destroy());
  });
  server.on('upgrade', (request, client) => {
    refuse(hostOf(request.url ?? '', request.headers.host));
    client.destroy();
  });
  server.on('clientError', (_error, client) => client.destroy());

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(
              `Port ${options.port} on 127.0.0.1 is taken by another program: choose another port for the sandbox.`,
            )
          : error,
      ),
    );
    server.listen(options.port, '127.0.0.1', resolve);
  });

  return {
    port: (server.address() as net.AddressInfo).port,
    refusedHosts,
    async close() {
      for (const tunnel of tunnels) tunnel.destroy();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function hostOf(url: string, fallback: string | undefined): string {
  return (URL.parse(url)?.hostname ?? fallback?.split(':')[0] ?? 'unknown').toLowerCase();
}
