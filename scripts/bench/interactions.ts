// Time from each click and key to the next paint during a registration (Event Timing).

import { redirectUris } from '../../lib/shared/model/extension-ids.ts';
import { startOrganization } from '../../services/sandbox/organization.ts';
import type { BrowserName } from '../browsers.ts';
import type { BuiltExtension } from '../build.ts';
import { launch } from '../driver/launch.ts';
import type { Surface } from '../driver/surface.ts';
import { until } from '../driver/until.ts';
import { numberField, register, toNumberStep } from '../journey/registration.ts';
import { specification } from '../journey/specification.ts';
import { text } from '../journey/text.ts';
import type { Measurement } from './measurement.ts';
import { sampleOf } from './statistics.ts';

/** The standard reports no shorter durations. */
const leastMs = 16;

export async function measureRegistration(
  browser: BrowserName,
  built: BuiltExtension,
  rounds: number,
): Promise<Measurement[]> {
  const sandbox = await startOrganization({
    redirectUris: Object.values(redirectUris),
    quiet: true,
    secondFactors: 'approve',
  });
  const driver = await launch(browser, {
    extension: built[browser],
    proxyPort: sandbox.proxyPort,
    certificateSpki: sandbox.certificate.spkiSha256Base64,
    headless: true,
  });
  const employee = sandbox.employees.noPhoneYet;
  const slowest: Record<'click' | 'key', number[]> = { click: [], key: [] };
  try {
    const popup = await toNumberStep(driver, sandbox, employee);
    await popup.evaluate(watchEvents);
    // The first registration compiles code and does not count.
    for (let round = 0; round <= rounds; round += 1) {
      // Each registration uses another number, because the same number has a cooldown.
      await register(popup, sandbox, `+44 7700 900${700 + round}`);
      await popup.click({ role: 'button', name: text('add.finish') });
      const seen = await popup.evaluate(takeEvents);
      if (round > 0) for (const kind of ['click', 'key'] as const) slowest[kind].push(Math.max(leastMs, ...seen[kind]));
      sandbox.control.removePhone(employee, 'mobile');
      await toNumberAgain(popup);
    }
  } catch (error) {
    if (slowest.click.length === 0) throw error;
    console.log(
      `After ${slowest.click.length} registrations: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    await driver.close();
    await sandbox.close();
  }
  const line = (what: string, values: number[]): Measurement => ({
    what: `registration, the slowest ${what} from input to paint`,
    browser,
    unit: 'ms',
    ours: sampleOf(values),
    goal: { of: 'figure', most: 50 },
    why: 'The slowest of about twenty clicks and keys of a registration, including painting without a graphics card.',
  });
  return [line('click', slowest.click), line('key', slowest.key)];
}

async function toNumberAgain(popup: Surface): Promise<void> {
  await popup.click({ role: 'button', name: text('fresh.refresh') });
  await until('the number to go', () => popup.evaluate(hasNoTile));
  await popup.click({ role: 'button', name: specification.addMethod });
  await popup.click({ role: 'button', name: /^Phone/ });
  await popup.waitFor(numberField);
}

/** Runs in the page. */
function hasNoTile(): boolean {
  return document.querySelector('.tile') === null;
}

/** Runs in the page. */
function watchEvents(): void {
  const seen = { click: [] as number[], key: [] as number[] };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => {
    for (const { duration, name } of list.getEntries()) {
      if (/^(click|pointerup|pointerdown)$/.test(name)) seen.click.push(duration);
      else if (/^(keydown|keyup|keypress|input|beforeinput)$/.test(name)) seen.key.push(duration);
    }
  }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
}

/** Runs in the page. Entries arrive some time after their paint. @returns entries since the last call */
async function takeEvents(): Promise<{ click: number[]; key: number[] }> {
  await new Promise((done) => setTimeout(done, 200));
  const { seen } = globalThis as never as { seen: { click: number[]; key: number[] } };
  return { click: seen.click.splice(0), key: seen.key.splice(0) };
}
