import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { ClientAddress } from '../verification/verifications.ts';

/** The connection of a request: @hono/node-server gives `incoming`; callers in the same process give `address` or nothing. */
export interface RequestEnvironment {
  address?: string;
  incoming?: { socket?: { remoteAddress?: string | undefined } };
}

/** One value for all clients whose address is not known, so that they share their caps. */
export const unknownAddress = 'unknown';

/**
 * Each trusted proxy appends the address that called it to `X-Forwarded-For`: with n of them the n-th entry from the right
 * is the client, and entries left of it can be forged. Without trusted proxies the connection counts.
 */
export function clientAddress(
  request: Request,
  environment: RequestEnvironment | undefined,
  trustedProxies: number,
): ClientAddress {
  if (trustedProxies === 0) return networks(environment?.address ?? environment?.incoming?.socket?.remoteAddress);
  const entries = (request.headers.get('x-forwarded-for') ?? '').split(',');
  // The connection is not the client's here, so that a missing entry or one that is no address leaves it unknown.
  return networks(entries[entries.length - trustedProxies]);
}

function networks(text: string | undefined): ClientAddress {
  const withZone = withoutPort(text?.trim() ?? '');
  // ipaddr.js alone also reads "1" and "0x7f.1".
  if (isIP(withZone) === 0) return { address: unknownAddress };
  const [address = ''] = withZone.split('%');
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return { address: parsed.toString() };
  const network = (bits: number) => `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`)}/${bits}`;
  return { address: network(64), site: network(48) };
}

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:443`. */
function withoutPort(text: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
}
