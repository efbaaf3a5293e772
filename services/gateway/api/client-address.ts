// Whose request this is, for the cap per address: behind how many trusted proxies the gateway stands is configuration.

/** What the server knows of a connection; @hono/node-server gives `incoming`, in-process callers `address` or nothing. */
export interface RequestEnvironment {
  address?: string;
  incoming?: { socket?: { remoteAddress?: string | undefined } };
}

/**
 * Each trusted proxy appends the address it was called from to `X-Forwarded-For`, so with n of them the n-th from the
 * right is the caller; what stands further left the caller may have made up. A request that passed fewer proxies came
 * around them and counts by its connection.
 * @returns undefined where there is none (in process): such requests are not capped by address
 */
export function clientAddress(request: Request, environment: RequestEnvironment | undefined, trustedProxies: number) {
  const connection = environment?.address ?? environment?.incoming?.socket?.remoteAddress;
  const forwarded = (request.headers.get('x-forwarded-for') ?? '').split(',').map((entry) => entry.trim());
  const caller = trustedProxies > 0 ? forwarded[forwarded.length - trustedProxies] : undefined;
  const address = caller || connection;
  return address === undefined ? undefined : network(address);
}

/** A household or host has a whole IPv6 /64 to choose from: one caller. IPv4 counts by its full address. */
function network(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/^\[|\]$/g, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.toLowerCase().split('%')[0]?.split('::') ?? [];
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const groups =
    tail === undefined ? left : [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
