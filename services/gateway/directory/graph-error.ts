import { causeOf } from '../outgoing.ts';
import type { ProblemKind } from '../problems.ts';

export interface GraphErrorDetails {
  /** Absent without an answer. */
  status?: number;
  code?: string;
  requestId?: string;
  retryAfterMs?: number;
}

/** A refusal or a failure of Graph or of its token endpoint. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly details: GraphErrorDetails;

  constructor(details: GraphErrorDetails) {
    super(`Graph answered ${details.status ?? 'nothing'} ${details.code ?? ''}`.trimEnd());
    this.details = details;
  }

  /** A retry may succeed: no answer, throttled, an outage, or an expired token. */
  get isTemporary(): boolean {
    const { status } = this.details;
    return status === undefined || status === 401 || status === 429 || status >= 500;
  }

  /** Without an answer, and after a 5xx, a write may have been carried out. */
  get mayHaveTakenEffect(): boolean {
    const { status } = this.details;
    return status === undefined || status >= 500;
  }
}

/** For `fetch(…).catch`: the connection broke or timed out, or the answer was a redirect. */
export function noAnswer(error: unknown): never {
  throw new GraphError({ code: causeOf(error) });
}

/** Longer waits would keep a phone number for longer than the README says. */
const longestRetryAfterMs = 3_600_000;

/** Of the header `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3). @returns milliseconds, at most an hour */
export function retryAfterOf({ headers }: Response, now: number): number | undefined {
  const header = headers.get('retry-after');
  if (!header) return undefined;
  if (/^\d+$/.test(header)) return Math.min(Number(header) * 1000, longestRetryAfterMs);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(0, at - now), longestRetryAfterMs);
}

export function loggableGraphError({ details: { status, code, requestId } }: GraphError) {
  return {
    ...(status === undefined ? {} : { status }),
    ...(code === undefined ? {} : { code }),
    ...(requestId === undefined ? {} : { graphRequestId: requestId }),
  };
}

/** Whether Graph may have the number in spite of this error of a write, which includes a conflict. */
export function mayHaveSaved(error: GraphError): boolean {
  return error.mayHaveTakenEffect || refusalOf(error) === 'number-in-use';
}

/** The problem of a refused write. Bodies of most refusals are undocumented, so the status decides: 409 is a number in use. */
export function refusalOf({ details: { status } }: GraphError): ProblemKind {
  if (status === 409) return 'number-in-use';
  return status === 400 ? 'invalid-number' : 'not-permitted';
}
