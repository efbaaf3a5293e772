import { t } from '../../lib/shared/language/translate.ts';
import { type DefaultMethodChoice, phoneTypeOfDefault } from '../../lib/shared/model/phone-method.ts';
import type { CachedMethod } from '../../lib/shared/model/rows.ts';

const messageNames = {
  mobile: 'mobile',
  alternateMobile: 'alternate_mobile',
  office: 'office',
  unknown: 'unknown',
} as const;

export function phoneTypeName(type: CachedMethod['type']): string {
  return t(`phones.type.${messageNames[type]}`);
}

export function phonePurpose(type: CachedMethod['type']): string {
  return t(`phones.purpose.${messageNames[type]}`);
}

export function defaultMethodName(choice: DefaultMethodChoice): string {
  if (choice === 'push' || choice === 'oath') return t(`make_default.${choice}`);
  return phoneTypeName(phoneTypeOfDefault(choice) ?? 'unknown');
}
