// Graph's error bodies.
import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Refusal } from '../directory.ts';

export interface GraphError {
  status: ContentfulStatusCode;
  code: string;
  message: string;
}

export function graphErrorBody(code: string, message: string, ids: { request: string; client: string; now: number }) {
  return {
    error: {
      code,
      message,
      innerError: {
        date: new Date(ids.now).toISOString().slice(0, 19),
        'request-id': ids.request,
        'client-request-id': ids.client,
      },
    },
  };
}

/** For injected errors: the usual code of the status. */
export function graphErrorOfStatus(status: number, now: number) {
  const code =
    {
      401: 'InvalidAuthenticationToken',
      403: 'accessDenied',
      429: 'TooManyRequests',
      503: 'serviceNotAvailable',
      504: 'gatewayTimeout',
    }[status] ?? (status < 500 ? 'badRequest' : 'generalException');
  const id = randomUUID();
  return graphErrorBody(code, `Injected by a test: ${status}.`, { request: id, client: id, now });
}

export function ofRefusal(refusal: Refusal): GraphError {
  switch (refusal.reason) {
    case 'in-use':
      return {
        status: 409,
        code: 'phoneNumberNotUnique',
        message: 'The phone number is used by another user for SMS sign-in.',
      };
    case 'is-default':
      return {
        status: 400,
        code: 'badRequest',
        message: 'The default authentication method must be changed before it can be deleted.',
      };
    case 'has-alternate':
      return {
        status: 400,
        code: 'badRequest',
        message: 'The mobile number cannot be deleted while an alternate mobile number exists.',
      };
    case 'not-there':
      return { status: 404, code: 'resourceNotFound', message: 'Resource not found.' };
    case 'not-available':
      return { status: 403, code: 'accessDenied', message: 'SMS sign-in is not allowed by policy.' };
    case 'not-a-mobile':
      return { status: 400, code: 'badRequest', message: 'SMS sign-in is supported for mobile numbers only.' };
    case 'invalid-number':
      return { status: 400, code: 'badRequest', message: 'The phone number is not valid.' };
    case 'already-there':
      return { status: 400, code: 'badRequest', message: 'A phone method of this type exists already.' };
    case 'needs-mobile':
      return { status: 400, code: 'badRequest', message: 'An alternate mobile number needs a mobile number.' };
    case 'no-such-method':
      return { status: 400, code: 'badRequest', message: 'The method is not registered for the user.' };
  }
}

export function requestIds(context: Context): { request: string; client: string } {
  const request: string = context.get('requestId');
  return { request, client: context.req.header('client-request-id') ?? request };
}
