// `npm run icons`: draws public/icon/*.png from the mark in components/mark.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { crc32, deflateSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import { findBrowser, requireBrowsers } from './browsers.ts';
import { commandLine } from './command-line.ts';

commandLine('npm run icons');
requireBrowsers(['chromium']);
await mkdir('public/icon', { recursive: true });
const browser = await chromium.launch({
  executablePath: findBrowser('chromium') as string,
  chromiumSandbox: process.getuid?.() !== 0,
});
const page = await browser.newPage();
for (const size of [16, 32, 48, 128]) {
  // Small sizes have a drawing of their own, with lines on whole pixels.
  const drawing = await readFile(`components/mark/${size <= 16 ? 'icon-small' : 'icon'}.svg`, 'utf8');
  const pixels = await page.evaluate(
    async ({ drawing, size }) => {
      const image = new Image(size, size);
      image.src = `data:image/svg+xml,${encodeURIComponent(drawing)}`;
      await image.decode();
      const paper = new OffscreenCanvas(size, size).getContext('2d');
      paper?.drawImage(image, 0, 0, size, size);
      return [...(paper?.getImageData(0, 0, size, size).data ?? [])];
    },
    { drawing, size },
  );
  await writeFile(`public/icon/${size}.png`, png(pixels, size));
}
await browser.close();

/** Encodes with a palette, a third of the size that a browser writes. https://www.w3.org/TR/png-3/ */
function png(pixels: number[], size: number): Buffer {
  const colors = new Map<string, number>();
  const rows = Buffer.alloc(size * (size + 1));
  for (let at = 0; at < size * size; at += 1) {
    const color = pixels.slice(4 * at, 4 * at + 4).join();
    if (!colors.has(color)) colors.set(color, colors.size);
    // Each row begins with its filter type, 0 for none.
    rows[at + Math.floor(at / size) + 1] = colors.get(color) ?? 0;
  }
  if (colors.size > 256) throw new Error(`The mark has ${colors.size} colours at ${size} px, and a palette 256.`);
  const palette = [...colors.keys()].map((color) => color.split(',').map(Number));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  // Eight bits per pixel, palette colours.
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap((color) => color.slice(0, 3)))),
    chunk('tRNS', Buffer.from(palette.map((color) => color[3] ?? 255))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(4);
  frame.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([frame, body, check]);
}
