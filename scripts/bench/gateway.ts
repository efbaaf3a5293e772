// Verifications per second over loopback with durable writes, against a bare server. Sending texts and the directory take
// no time here.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { gatewayUnderTest } from '../../services/gateway/testing/gateway-under-test.ts';
import type { Measurement } from './measurement.ts';
import { sampleOf } from './statistics.ts';

const verifications = 60;
const atOnce = 8;

export async function measureGateway(rounds: number): Promise<Measurement[]> {
  const ours: number[] = [];
  const control: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    control.push(
      await serving(
        () => new Response('{}'),
        (origin) => rate((index) => askTwice(origin, index)),
      ),
    );
    ours.push(await verificationsPerSecond());
  }
  return [
    {
      what: 'gateway, verifications started and confirmed, durable; control: the bare server, two requests',
      unit: 'per second',
      ours: sampleOf(ours),
      control: sampleOf(control),
    },
  ];
}

async function verificationsPerSecond(): Promise<number> {
  const plenty = [{ limit: 1_000_000, windowMs: 3_600_000 }];
  const under = await gatewayUnderTest({
    caps: { user: plenty, number: plenty, address: plenty, site: plenty, country: plenty, total: plenty },
  });
  const people = Array.from(
    { length: verifications },
    (_, index) => `0c000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  );
  const tokens = await Promise.all(people.map((oid) => under.tenant.token(oid)));
  const { publicOrigin } = under.configuration;
  // A proxy ends TLS, so the gateway is configured with its public address.
  const passOn = (request: Request) =>
    under.gateway.fetch(new Request(request.url.replace(/^http:\/\/[^/]+/, publicOrigin), request));
  try {
    return await serving(passOn, (origin) =>
      rate(async (index) => {
        const number = `+44 7700 9${String(index).padStart(5, '0')}`;
        const ask = async (method: string, path: string, body: object) => {
          const response = await fetch(`${origin}/v1/verifications/${path}`, {
            method,
            headers: { authorization: `Bearer ${tokens[index]}`, 'content-type': 'application/json' },
            body: JSON.stringify(body),
          });
          const text = await response.text();
          if (!response.ok) throw new Error(`The gateway answered ${response.status}: ${text}`);
          return JSON.parse(text);
        };
        const id = crypto.randomUUID();
        await ask('PUT', id, { number, type: 'mobile', channel: 'sms', purpose: 'add' });
        const text = under.texts.findLast(({ to }) => to.replaceAll(' ', '') === number.replaceAll(' ', ''));
        const code = /#(\d{6})$/.exec(text?.body ?? '')?.[1] ?? '';
        await ask('POST', `${id}/confirm`, { code });
      }),
    );
  } finally {
    await under.end();
  }
}

async function askTwice(origin: string, index: number): Promise<void> {
  for (const method of ['PUT', 'POST']) await (await fetch(`${origin}/${index}`, { method, body: '{}' })).text();
}

async function serving<Result>(
  answer: (request: Request) => Response | Promise<Response>,
  use: (origin: string) => Promise<Result>,
): Promise<Result> {
  const server = createAdaptorServer({ fetch: answer });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

/** @returns completions per second with several in parallel */
async function rate(once: (index: number) => Promise<void>): Promise<number> {
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < verifications) {
        next += 1;
        await once(next - 1);
      }
    }),
  );
  return verifications / ((performance.now() - started) / 1000);
}
