import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { CommandMessageSchema } from './commands.ts';

const id = '5d8f1c7a-90b2-4e63-8a1d-2c4b6e8f0a13';
const accountId = '7e000000-0000-4000-8000-00000000c0de.0e000000-0000-4000-8000-000000000002';
const connectionId = '7e000000-0000-4000-8000-00000000c0de';
const methodId = '3179e48a-750b-4051-897c-87b9720928f7';
const connection = { cloud: 'global', tenant: 'contoso.example', clientId: 'a0000000-0000-4000-8000-000000000001' };
const parses = (message: unknown) => v.safeParse(CommandMessageSchema, message).success;

const commands = [
  { kind: 'connect', connection },
  { kind: 'disconnect', connectionId },
  { kind: 'sign-in', connectionId, from: 'popup' },
  { kind: 'sign-in', connectionId, loginHint: 'ready@contoso.example', from: 'options' },
  { kind: 'sign-out', accountId, atService: true },
  { kind: 'sync', accountId },
  { kind: 'enable', accountId, methodId },
  { kind: 'disable', accountId, methodId },
  { kind: 'make-default', accountId, method: 'push' },
  { kind: 'remove', accountId, methodId },
  { kind: 'remove', accountId, methodId, defaultFirst: 'voiceOffice' },
  { kind: 'list-methods', accountId },
  { kind: 'step-up', accountId, waitingId: id, from: 'popup' },
  { kind: 'add-hosted', accountId },
  { kind: 'confirm-number', accountId, methodId },
  { kind: 'add-hosted', accountId, methodId },
  { kind: 'try-sign-in', accountId, methodId, from: 'popup' },
] as const;

test.each(commands)('$kind is understood', (command) => {
  expect(v.parse(CommandMessageSchema, { id, command })).toEqual({ id, command });
});

describe.each(commands)('case 14: $kind', (command) => {
  const fields = leaves(command).filter((path) => path[0] !== 'kind');

  test.each(fields.map((path) => [path.join('.'), path] as const))('%s of a wrong type is refused', (_, path) => {
    for (const wrong of [null, 7, {}, [], ['x'], { toString: 'x' }]) {
      expect(parses({ id, command: replaced(command, path, wrong) })).toBe(false);
    }
  });

  test.each(fields.map((path) => [path.join('.'), path] as const))(
    '%s of a million characters is refused',
    (_, path) => {
      if (command.kind === 'sign-out' && path[0] === 'atService') return;
      expect(parses({ id, command: replaced(command, path, 'a'.repeat(1_000_000)) })).toBe(false);
    },
  );

  test('keys of the prototype go nowhere', () => {
    const text = JSON.stringify({ id, command }).replace(
      '"kind"',
      '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"kind"',
    );
    const message = v.parse(CommandMessageSchema, JSON.parse(text));
    expect(Object.keys(message.command)).toEqual(Object.keys(command));
    expect(message.command).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('polluted');
    expect(Object.getPrototypeOf(message.command)).toBe(Object.prototype);
  });
});

test('case 17: unknown kinds are refused', () => {
  for (const kind of ['remove-everything', '__proto__', 'constructor', 'toString', '', 'ENABLE', 'enable ']) {
    expect(parses({ id, command: { kind, accountId, methodId } })).toBe(false);
  }
});

test('case 14: ids are of their form', () => {
  expect(parses({ id: 'not an id', command: { kind: 'sync', accountId } })).toBe(false);
  for (const odd of [connectionId, `${accountId}x`, `x${accountId}`, `${accountId}\n`, '../..']) {
    expect(parses({ id, command: { kind: 'sync', accountId: odd } })).toBe(false);
  }
});

test('case 14: whatever comes, it is refused or it is a command', () => {
  const kinds = new Set<string>(commands.map(({ kind }) => kind));
  const odd = fc.record({
    id: fc.oneof(fc.constant(id), fc.anything()),
    command: fc.oneof(fc.anything(), fc.record({ kind: fc.constantFrom(...kinds), accountId: fc.anything() })),
  });
  fc.assert(
    fc.property(fc.oneof(fc.anything({ withNullPrototype: true }), odd), (message) => {
      const parsed = v.safeParse(CommandMessageSchema, message);
      if (parsed.success) expect(kinds.has(parsed.output.command.kind)).toBe(true);
    }),
  );
});

/** The paths to all that is no object. */
function leaves(value: object): string[][] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' ? leaves(inner).map((path) => [key, ...path]) : [[key]],
  );
}

function replaced(value: object, [key = '', ...rest]: readonly string[], by: unknown): object {
  const inner = (value as Record<string, unknown>)[key];
  return { ...value, [key]: rest.length > 0 ? replaced(inner as object, rest, by) : by };
}
