import { expect, test } from 'vitest';
import { detailsText } from './details.ts';

test('the copied details name every known field and every log line, and leave out unknown fields', () => {
  const text = detailsText(
    {
      kind: 'number-in-use',
      at: Date.UTC(2026, 0, 5, 10, 42),
      status: 409,
      code: 'phoneNumberNotUnique',
      scope: 'api://gateway/PhoneVerification',
      requestId: 'request',
    },
    {
      ...{ version: '0.1.0', number: '+44 •••• 982', tenantId: 'tenant' },
      log: [{ time: Date.UTC(2026, 0, 5), name: 'TypeError', kind: 'internal-error', text: 'The text.' }],
    },
  );
  expect(text.split('\n')).toEqual([
    'what: number-in-use',
    'time: 2026-01-05T10:42:00.000Z',
    'status: 409',
    'code: phoneNumberNotUnique',
    'scope: api://gateway/PhoneVerification',
    'request-id: request',
    'number: +44 •••• 982',
    'tenant: tenant',
    'extension: 0.1.0',
    'log: 2026-01-05T00:00:00.000Z internal-error TypeError The text.',
  ]);
});
