// Lets a pause by managed policy end requests that are under way.
import { IdentityError } from '../shared/model/errors.ts';

/** The service may have carried out a request that was stopped. */
export class RequestStopped extends IdentityError {
  constructor() {
    super('paused');
  }
}

type Fetch = typeof globalThis.fetch;

export function createStoppableFetch(fetch: Fetch) {
  let controller = new AbortController();
  return {
    fetch: ((input, init) => {
      const signals = init?.signal ? [init.signal, controller.signal] : [controller.signal];
      return fetch(input, { ...init, signal: AbortSignal.any(signals) });
    }) satisfies Fetch as Fetch,

    /** Ends all requests with RequestStopped, also new ones until `allow` is called. */
    stop(): void {
      controller.abort(new RequestStopped());
    },

    allow(): void {
      if (controller.signal.aborted) controller = new AbortController();
    },
  };
}
