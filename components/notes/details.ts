// What Copy details puts on the clipboard: enough for a help desk to find the case, and nothing that must not leave. The
// names are the same in every language, since the one who reads them need not speak the person's.
import type { ErrorDetails } from '../../lib/shared/model/errors.ts';

export interface DetailsContext {
  version: string;
  tenantId?: string | undefined;
  clientId?: string | undefined;
  redirectUri?: string | undefined;
  /** Masked number. */
  number?: string | undefined;
  smsSignIn?: string | undefined;
  /** Fingerprint of the managed policy. */
  policy?: string | undefined;
}

export type Subject = Partial<Omit<ErrorDetails, 'kind'>> & {
  kind: ErrorDetails['kind'] | 'sign-in-not-finished';
  at: number;
};

export function detailsText(subject: Subject, context: DetailsContext): string {
  const lines: [name: string, value: string | number | undefined][] = [
    ['what', subject.kind],
    ['time', new Date(subject.at).toISOString()],
    ['status', subject.status],
    ['code', subject.code],
    ['request-id', subject.requestId],
    ['correlation-id', subject.correlationId],
    ['number', context.number],
    ['sms-sign-in', context.smsSignIn],
    ['tenant', context.tenantId],
    ['client', context.clientId],
    ['redirect-uri', context.redirectUri],
    ['policy', context.policy],
    ['extension', context.version],
  ];
  return lines.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`])).join('\n');
}
