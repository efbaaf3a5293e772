import { t } from '../../lib/shared/language/translate.ts';
import { type DefaultMethodChoice, phoneTypeOfDefault } from '../../lib/shared/model/phone-method.ts';
import type { CachedMethod } from '../../lib/shared/model/rows.ts';

const messageName = (type: CachedMethod['type']) => (type === 'alternateMobile' ? 'alternate_mobile' : type);

export function phoneTypeName(type: CachedMethod['type']): string {
  return t(`phones.type.${messageName(type)}`);
}

export function phonePurpose(type: CachedMethod['type']): string {
  return t(`phones.purpose.${messageName(type)}`);
}

export function defaultMethodName(choice: DefaultMethodChoice): string {
  if (choice === 'push' || choice === 'oath') return t(`make_default.${choice}`);
  return phoneTypeName(phoneTypeOfDefault(choice) ?? 'unknown');
}
