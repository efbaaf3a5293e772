import type { Account } from '../../lib/shared/model/rows.ts';
import type { ActivityItem } from '../view-model/activity.ts';

const isoTime = (time: number) => new Date(time).toISOString();

/**
 * Lists each exported field, so that no phone number, token or sign-in data is exported by accident. Names are in English
 * only, for the help desk.
 */
export function activityExport(
  items: readonly ActivityItem[],
  { version, account, now }: { version: string; account: Account; now: number },
): string {
  const [tenantId, objectId] = account.id.split('.');
  const content = {
    extension: `Phone Sign-in ${version}`,
    exportedAt: isoTime(now),
    account: { userName: account.userName, tenantId, objectId },
    activity: items.map(({ kind, at, endedAt, state, masked, type, choice, requestIds, error }) => ({
      what: kind,
      asked: isoTime(at),
      ended: endedAt === undefined ? undefined : isoTime(endedAt),
      state,
      number: masked,
      phoneType: type,
      defaultMethod: choice,
      requestIds,
      error: error && {
        kind: error.kind,
        at: isoTime(error.at),
        status: error.status,
        code: error.code,
        requestId: error.requestId,
        correlationId: error.correlationId,
      },
    })),
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
