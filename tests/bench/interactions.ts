// Registering a number: how long each click and key takes until something is painted, as the browser itself counts it
// (Event Timing). What the service takes is not in it: a click is answered at once, by what is going on.
import type { BrowserName } from '../../scripts/browsers.ts';
import type { BuiltExtension } from '../../scripts/build.ts';
import { redirectUris } from '../../scripts/extension-ids.ts';
import { startOrganization } from '../../services/sandbox/organization.ts';
import { launch } from '../e2e/driver/launch.ts';
import { register, toNumberStep } from '../e2e/journey/registration.ts';
import type { Measurement } from './measurement.ts';
import { sampleOf } from './statistics.ts';

/** The number of a phone nobody has yet. */
const number = '+44 7700 900777';

export async function measureRegistration(
  browser: BrowserName,
  built: BuiltExtension,
  rounds: number,
): Promise<Measurement[]> {
  const slowest: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const sandbox = await startOrganization({ redirectUris: Object.values(redirectUris), quiet: true });
    const driver = await launch(browser, {
      extension: built[browser],
      proxyPort: sandbox.proxyPort,
      certificateSpki: sandbox.certificate.spkiSha256Base64,
      headless: true,
    });
    try {
      const popup = await toNumberStep(driver, sandbox, sandbox.employees.noPhoneYet);
      await popup.evaluate(watchEvents);
      await register(popup, sandbox, number);
      const durations = await popup.evaluate(seenEvents);
      slowest.push(Math.max(0, ...durations));
    } finally {
      await driver.close();
      await sandbox.close();
    }
  }
  return [
    {
      what: 'registration, the slowest interaction from input to paint',
      browser,
      unit: 'ms',
      ours: sampleOf(slowest),
      goal: { of: 'figure', most: 50 },
    },
  ];
}

/** In the page. Shorter ones than 16 ms are not reported, by the standard. */
function watchEvents(): void {
  const seen: number[] = [];
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => {
    for (const { duration, name } of list.getEntries()) {
      if (/^(click|keydown|keyup|pointerup|input)$/.test(name)) seen.push(duration);
    }
  }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
}

/** In the page. */
function seenEvents(): number[] {
  return (globalThis as never as { seen: number[] }).seen;
}
