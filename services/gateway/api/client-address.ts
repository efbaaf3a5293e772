import ipaddr from 'ipaddr.js';

/** The connection of a request: @hono/node-server gives `incoming`; callers in the same process give `address` or nothing. */
export interface RequestEnvironment {
  address?: string;
  incoming?: { socket?: { remoteAddress?: string | undefined } };
}

/**
 * The network that a request counts for in the cap per address. Each trusted proxy appends the address that called it to
 * `X-Forwarded-For`: with n of them the n-th entry from the right is the client, and entries left of it can be forged.
 * A request without that entry, or with one that is no address, counts by its connection.
 * @returns undefined without a connection: such requests have no cap per address
 */
export function clientAddress(
  request: Request,
  environment: RequestEnvironment | undefined,
  trustedProxies: number,
): string | undefined {
  const entries = (request.headers.get('x-forwarded-for') ?? '').split(',');
  const forwarded = trustedProxies > 0 ? network(entries[entries.length - trustedProxies]) : undefined;
  return forwarded ?? network(environment?.address ?? environment?.incoming?.socket?.remoteAddress);
}

/** An IPv6 host chooses its address within a /64, so that the prefix counts; of IPv4 the whole address counts. */
function network(text: string | undefined): string | undefined {
  const address = withoutPort(text?.trim() ?? '');
  if (!ipaddr.isValid(address)) return undefined;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toNormalizedString().replace(/%.*/, '')}/64`)}/64`;
}

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:443`. */
function withoutPort(text: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
}
