// What was done, how it ended and on which day, in the person's language.
import { t } from '../../lib/shared/language/translate.ts';
import { defaultMethodName } from '../phones/method-name.tsx';
import type { ActivityItem } from '../view-model/activity.ts';

export function activityName({ kind, choice }: ActivityItem): string {
  switch (kind) {
    case 'add':
      return t('activity.what.add');
    case 'change':
      return t('activity.what.change');
    case 'enable':
      return t('activity.what.enable');
    case 'disable':
      return t('activity.what.disable');
    case 'make-default':
      return t('activity.what.make_default', { method: choice ? defaultMethodName(choice) : '' });
    case 'remove':
      return t('activity.what.remove');
    case 'confirm-number':
      return t('activity.what.confirm_number');
    case 'try-sign-in':
      return t('activity.what.try_sign_in');
    case 'sign-in':
      return t('activity.what.sign_in');
    case 'step-up':
      return t('activity.what.step_up');
  }
}

export function activityState(state: ActivityItem['state']): string {
  switch (state) {
    case 'running':
      return t('activity.state.running');
    case 'checking':
      return t('activity.state.checking');
    case 'needs-sign-in':
      return t('activity.state.needs_sign_in');
    case 'done':
      return t('activity.state.done');
    case 'unfinished':
      return t('activity.state.unfinished');
    case 'failed':
      return t('activity.state.failed');
    case 'cancelled':
      return t('activity.state.cancelled');
  }
}

const dayMs = 24 * 60 * 60_000;

/** "today", "yesterday", then the date. @param day its midnight here */
export function dayName(day: number, now: number, language: string): string {
  // Rounded, since a day may have 23 or 25 hours.
  const ago = Math.round((new Date(now).setHours(0, 0, 0, 0) - day) / dayMs);
  return ago <= 1
    ? new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-ago, 'day')
    : new Intl.DateTimeFormat(language, { dateStyle: 'full' }).format(day);
}
