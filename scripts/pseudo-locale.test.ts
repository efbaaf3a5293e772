import { expect, test } from 'vitest';
import { pseudoLocale } from './pseudo-locale.ts';

test('longer, marked and in brackets; names stay as they are', () => {
  const words = pseudoLocale(new Map([['sms.enable_for', 'Enable SMS sign-in for {number}']]));
  expect(words.get('sms.enable_for')).toBe('⟦Éñábļé ŠMŠ šîğñ-îñ föŕ {number} öñé ţŵö ţĥŕéé⟧');
});
