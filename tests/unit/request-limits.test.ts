import { describe, expect, test } from 'vitest';
import type { SandboxRequest } from '../../services/sandbox/sandbox.ts';
import { type Act, exceededLimits } from '../request-limits.ts';

type Kind = NonNullable<SandboxRequest['purpose']>;
const request = (purpose: Kind | undefined, more: Partial<SandboxRequest> = {}): SandboxRequest => ({
  ...{ at: 0, host: 'graph.microsoft.com', method: 'POST', path: '/v1.0/enable', userAgentKind: 'node', status: 204 },
  ...(purpose === undefined ? {} : { purpose }),
  ...more,
});
const many = (count: number, purpose: Kind, everyMs = 0) =>
  Array.from({ length: count }, (_, index) => request(purpose, { at: index * everyMs }));
const signIn = () => [request('authorize'), request(undefined, { completesSignIn: true }), request('token')];
const clicks = (...indexes: number[]): Act[] => indexes.map((index) => ({ index }));

describe('a record within the limits', () => {
  test.each<[string, SandboxRequest[], Act[]]>([
    ['a write after each sign-in', [request('write', { status: 403 }), ...signIn(), request('write')], []],
    ['a write whose token was rejected', [request('write', { status: 401 }), request('write')], []],
    ['twelve reads at once', many(12, 'read'), []],
    ['a day of hourly syncs', many(48, 'read', 1_800_000), []],
    ['a refresh of the token each hour', many(24, 'token', 3_600_000), []],
    ['a silent sign-in per challenge', ['a', 'b'].map((demand) => request('authorize silently', { demand })), []],
    ['a write per click', [request('write'), request('write')], clicks(0, 1)],
    [
      'a repeated request',
      [request('write', { clientRequestId: 'a' }), request('write', { clientRequestId: 'a' })],
      [],
    ],
  ])('%s', (_, requests, acts) => expect(exceededLimits(requests, acts)).toEqual([]));
});

describe('a loop is found', () => {
  test.each<[string, SandboxRequest[], Act[]]>([
    ['sign-in windows', many(4, 'authorize'), []],
    ['sign-in windows hours apart', many(4, 'authorize', 3_600_000), []],
    ['silent sign-ins', many(2, 'authorize silently'), []],
    ['token requests', many(7, 'token'), []],
    ['token requests each second', many(60, 'token', 1_000), []],
    ['reads at once', many(13, 'read'), []],
    ['reads each second', many(60, 'read', 1_000), []],
    [
      'reads after an idle hour',
      [request('read'), ...many(13, 'read').map((each) => ({ ...each, at: 3_600_000 }))],
      [],
    ],
    ['a write twice', [request('write'), request('write')], []],
    ['a write twice after one sign-in', [...signIn(), request('write'), request('write')], []],
    ['a rejected token', [401, 401, 401].map((status) => request('write', { status })), []],
    ['step-ups', Array.from({ length: 4 }, signIn).flat(), [0, 3, 6, 9].map((index) => ({ index, continues: 'w' }))],
  ])('%s', (_, requests, acts) => expect(exceededLimits(requests, acts)).not.toEqual([]));
});
