import { expect, test } from 'vitest';
import { isCampaignOn, nextCampaignChange } from './campaign.ts';

const at = (text: string) => new Date(text).getTime();

test.each<[string, string | undefined, string | undefined, boolean]>([
  ['2026-09-01T00:00:00', '2026-09-01', '2026-09-02', true],
  ['2026-08-31T23:59:59', '2026-09-01', '2026-09-02', false],
  ['2026-09-02T23:59:59', '2026-09-01', '2026-09-02', true],
  ['2026-09-03T00:00:00', '2026-09-01', '2026-09-02', false],
  ['2026-09-03T00:00:00', '2026-09-01', undefined, true],
  ['2026-01-01T00:00:00', undefined, '2026-09-02', true],
  ['2026-01-01T00:00:00', undefined, undefined, true],
  ['2026-01-01T00:00:00', '2026-09-02', '2026-09-01', false],
])('at %s a campaign from %s to %s is on: %s', (now, bannerStart, bannerEnd, isOn) => {
  const campaign = { ...(bannerStart ? { bannerStart } : {}), ...(bannerEnd ? { bannerEnd } : {}) };
  expect(isCampaignOn(campaign, at(now))).toBe(isOn);
});

test('the next campaign change is its start, then its end, then none', () => {
  const campaign = { bannerStart: '2026-09-01', bannerEnd: '2026-12-31' };
  expect(nextCampaignChange(campaign, at('2026-08-01T12:00:00'))).toBe(at('2026-09-01T00:00:00'));
  expect(nextCampaignChange(campaign, at('2026-09-01T00:00:00'))).toBe(at('2027-01-01T00:00:00'));
  expect(nextCampaignChange(campaign, at('2027-01-01T00:00:00'))).toBeUndefined();
  expect(nextCampaignChange({}, 0)).toBeUndefined();
});
