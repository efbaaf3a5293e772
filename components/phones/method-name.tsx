// What a sign-in method is called.

import { t } from '../../lib/shared/language/translate.ts';
import type { DefaultMethodChoice } from '../../lib/shared/model/phone-method.ts';
import type { CachedMethod } from '../../lib/shared/model/rows.ts';

export function phoneTypeName(type: CachedMethod['type']): string {
  switch (type) {
    case 'mobile':
      return t('phones.type.mobile');
    case 'alternateMobile':
      return t('phones.type.alternate_mobile');
    case 'office':
      return t('phones.type.office');
    case 'unknown':
      return t('phones.type.unknown');
  }
}

export function defaultMethodName(choice: DefaultMethodChoice): string {
  switch (choice) {
    case 'push':
      return t('make_default.push');
    case 'oath':
      return t('make_default.oath');
    case 'sms':
    case 'voiceMobile':
      return phoneTypeName('mobile');
    case 'voiceAlternateMobile':
      return phoneTypeName('alternateMobile');
    case 'voiceOffice':
      return phoneTypeName('office');
  }
}
