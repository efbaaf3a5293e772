// Draws public/icon/*.png from the mark in components/mark; run once after changing it. Small sizes have their own
// drawing, whose lines lie on whole pixels.
import { mkdir, readFile } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import { findBrowser, requireBrowsers } from './browsers.ts';

requireBrowsers(['chromium']);
await mkdir('public/icon', { recursive: true });
const browser = await chromium.launch({
  executablePath: findBrowser('chromium') as string,
  chromiumSandbox: process.getuid?.() !== 0,
});
const page = await browser.newPage();
for (const size of [16, 32, 48, 128]) {
  const drawing = await readFile(`components/mark/${size <= 16 ? 'icon-small' : 'icon'}.svg`, 'utf8');
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${drawing}`);
  await page.screenshot({ path: `public/icon/${size}.png`, omitBackground: true });
}
await browser.close();
