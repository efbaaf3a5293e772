// The only way out of the gateway: its requests carry the assertion, tokens, codes and phone numbers. Biome refuses the
// global fetch and Node's network modules in every other source (biome.json).

export type Fetch = typeof globalThis.fetch;

class RedirectError extends Error {
  override readonly name = 'RedirectError';
}

/**
 * Follows no redirect, because a redirect chooses who gets the request. Node answers it as such with `manual` (the
 * standard would hide its status).
 * @param fetch Node's by default
 * @throws RedirectError, or as `fetch` does
 */
export function createOutgoingFetch(fetch: Fetch = globalThis.fetch): Fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    const { status, type } = response;
    if (type !== 'opaqueredirect' && (status < 300 || status > 399)) return response;
    // Without this the connection stays in use until the response is collected.
    await response.body?.cancel();
    throw new RedirectError(`redirect ${status}`);
  };
}

/** The loggable cause of a rejected fetch: the system's code, such as "ECONNREFUSED", or the name of the error. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  return error.name;
}
