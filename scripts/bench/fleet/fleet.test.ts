// The sync schedule in a large tenant: no event that reaches all installations at once becomes a wave of requests.
import { describe, expect, test } from 'vitest';
import { hoursOf, simulateFleet, usualFleet } from './fleet.ts';

const dayBegins = 9;
const outageEnds = 15;
const pushComes = 24 + 10;

describe.each([false, true])('an outage with Retry-After: %s', (outageIsTimed) => {
  const hours = hoursOf(simulateFleet({ ...usualFleet, outageIsTimed }));

  test('the peak of ten seconds is at most 1.5 times the mean of its hour', () => {
    const busiest = hours.toSorted((one, other) => other.peak - one.peak)[0];
    expect(busiest?.mean).toBeGreaterThan(100);
    expect((busiest?.peak ?? Number.NaN) / (busiest?.mean ?? Number.NaN)).toBeLessThanOrEqual(1.5);
  });

  test('the start of Monday, the end of an outage and a policy rollout cause no wave', () => {
    const together = [hours[dayBegins], hours[24 + dayBegins], hours[outageEnds], hours[pushComes]];
    for (const { mean, busiestMinute } of together.filter((each) => each !== undefined)) {
      expect(mean).toBeGreaterThan(100);
      expect(busiestMinute / mean).toBeLessThanOrEqual(1.4);
    }
  });
});

test('an installation sends at most ten requests on an idle day', () => {
  expect(simulateFleet({ ...usualFleet, installations: 20_000 }).ofDay.most).toBeLessThanOrEqual(10);
});
