import type { ErrorDetails } from '../../lib/shared/model/errors.ts';
import { type LogLine, logLineText } from '../../lib/shared/model/log-line.ts';

export interface DetailsContext {
  version: string;
  tenantId?: string | undefined;
  clientId?: string | undefined;
  redirectUri?: string | undefined;
  number?: string | undefined;
  smsSignIn?: string | undefined;
  policy?: string | undefined;
  log?: readonly LogLine[];
}

/** The text of Copy details. In English only, because the help desk may not speak the user's language. */
export function detailsText(subject: ErrorDetails, context: DetailsContext): string {
  const lines: [name: string, value: string | number | undefined][] = [
    ['what', subject.kind],
    ['time', new Date(subject.at).toISOString()],
    ['status', subject.status],
    ['code', subject.code],
    ['scope', subject.scope],
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
  const known = lines.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  const log = (context.log ?? []).map((line) => `log: ${logLineText(line)}`);
  return [...known, ...log].join('\n');
}
