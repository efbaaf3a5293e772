import { flat, t } from '../../lib/shared/language/translate.ts';
import { defaultMethodName } from '../phones/method-name.tsx';
import type { ActivityItem } from '../view-model/activity.ts';

export function activityName({ kind, choice }: ActivityItem): string {
  return kind === 'make-default'
    ? t('activity.what.make_default', { method: choice ? defaultMethodName(choice) : '' })
    : t(`activity.what.${flat(kind)}`);
}

const dayMs = 24 * 60 * 60_000;

/** "today", "yesterday", or the date. @param day midnight in the local time zone */
export function dayName(day: number, now: number, language: string): string {
  // Rounded, because a day may have 23 or 25 hours.
  const ago = Math.round((new Date(now).setHours(0, 0, 0, 0) - day) / dayMs);
  return ago <= 1
    ? new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-ago, 'day')
    : new Intl.DateTimeFormat(language, { dateStyle: 'full' }).format(day);
}
