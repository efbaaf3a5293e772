// What went wrong at Graph or its token endpoint, reduced to what decisions rest on: status and code.

export interface GraphErrorDetails {
  /** Left out: no answer came, and whether a write took effect is unknown. */
  status?: number;
  code?: string;
  requestId?: string;
  retryAfterMs?: number;
}

export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly details: GraphErrorDetails;

  constructor(details: GraphErrorDetails) {
    super(`Graph answered ${details.status ?? 'nothing'} ${details.code ?? ''}`.trimEnd());
    this.details = details;
  }

  /** Asking again later may help: no answer, throttled, failing, or a token that just ended. */
  get isPassing(): boolean {
    const { status } = this.details;
    return status === undefined || status === 401 || status === 429 || status >= 500;
  }

  /** No answer, or one from something that broke on the way: a write may have been carried out. */
  get mayHaveTakenEffect(): boolean {
    const { status } = this.details;
    return status === undefined || status >= 500;
  }
}

/** For `fetch(…).catch`: the connection broke or the time was up. */
export function noAnswer(): never {
  throw new GraphError({});
}
