// Searches pages, storage and the closed browser's profile folder for tokens, phone numbers and codes after a whole journey.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enable } from '../../scripts/journey/enable.ts';
import { codeField, next, textMeACode, toNumberStep, verified } from '../../scripts/journey/registration.ts';
import { codeByText } from '../../scripts/journey/sign-in.ts';
import { text } from '../../scripts/journey/text.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { browserOf, expect, expectNoSideEffects, startBrowser, test } from './scenario.ts';

/** Reserved for fiction; no account of the sandbox has it. */
const national = '7700900977';

/** Runs in the page. @returns everything that a page of the extension shows and can store, as text */
async function everythingHere(): Promise<string> {
  const databases = await indexedDB.databases();
  const stored = await Promise.all(
    databases.map(
      ({ name = '' }) =>
        new Promise<unknown[]>((resolve, reject) => {
          const opening = indexedDB.open(name);
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const stores = [...opening.result.objectStoreNames];
            const transaction = opening.result.transaction(stores);
            const reads = stores.map((store) => transaction.objectStore(store).getAll());
            transaction.oncomplete = () => resolve(reads.map(({ result }) => result));
          };
        }),
    ),
  );
  const { storage } = (globalThis as never as { chrome: { storage: Record<string, { get(): Promise<unknown> }> } })
    .chrome;
  return JSON.stringify([
    document.documentElement.outerHTML,
    document.title,
    location.href,
    { ...localStorage },
    { ...sessionStorage },
    await caches.keys(),
    await storage.local?.get(),
    stored,
  ]);
}

async function inMemory(): Promise<Record<string, unknown>> {
  const { storage } = (
    globalThis as never as { chrome: { storage: { session: { get(): Promise<Record<string, unknown>> } } } }
  ).chrome;
  return storage.session.get();
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

test('case 20, case 21: tokens, the phone number and the code are only in storage.session', async ({
  sandbox,
}, info) => {
  const profileFolder = await mkdtemp(join(tmpdir(), 'phone-sign-in-secrets-'));
  try {
    const driver = await startBrowser(browserOf(info.project.name), sandbox, { profileFolder });
    let secrets: string[] = [];
    try {
      const popup = await toNumberStep(driver, sandbox, sandbox.employees.noPhoneYet);
      await textMeACode(popup, `+44${national}`);
      await popup.waitFor(codeField);
      const code = await codeByText(sandbox, `+44${national}`);
      await next(popup, code);
      await popup.waitForText(verified);
      await popup.click({ role: 'button', name: text('add.finish') });
      sandbox.control.setSmsSignInState(sandbox.employees.noPhoneYet, 'notEnabled');
      await popup.click({ role: 'button', name: text('fresh.refresh') });
      await enable(popup);
      await popup.waitForText(text('enable.done', { number: '+44 •••• 977' }));

      const options = await driver.openExtensionPage('options.html');
      await options.waitForText('+44 •••• 977');
      const kept = await options.evaluate(inMemory, null);
      const tokens = stringsIn(Object.entries(kept).filter(([key]) => key.startsWith('tokens:'))).filter(
        (text) => text.length > 40 && !text.includes('//') && !text.startsWith('tokens:'),
      );
      expect(tokens.length, 'tokens to search for').toBeGreaterThan(1);
      const spaced = `${national.slice(0, 4)} ${national.slice(4)}`;
      secrets = [...tokens, national, spaced];
      for (const page of [popup, options]) {
        if (await page.isClosed()) continue;
        const text = await page.evaluate(everythingHere, null);
        for (const secret of secrets) expect(text.includes(secret), 'shown or stored by a page').toBe(false);
        expect(text).not.toContain(`"${code}"`);
      }
      await expectNoSideEffects(driver, sandbox, [gatewayHost]);
    } finally {
      await driver.close();
    }
    const files = await filesIn(profileFolder);
    expect(files.length, 'files to search').toBeGreaterThan(20);
    for (const file of files) {
      const content = await readFile(file);
      for (const secret of secrets) {
        for (const encoding of ['utf8', 'utf16le'] as const) {
          expect(content.includes(Buffer.from(secret, encoding)), file).toBe(false);
        }
      }
    }
  } finally {
    await rm(profileFolder, { recursive: true, force: true, maxRetries: 5 });
  }
});
