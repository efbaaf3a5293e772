// Draws the store screenshots and tiles from pictures of the states and the texts of docs/store (see its README).
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext } from '@playwright/test';

const out = 'docs/store/pictures';
/** By the names of scripts/look/states.ts and scripts/look/banner-states.ts, in the order of the captions. */
const screenshots = [
  ['three phones, default', 'ready, open'],
  ['number, typed', 'code, awaited'],
  ['not enabled, open', 'asked to enable'],
  ['banner, offer', 'asked by the banner to enable'],
  ['settings, signed in'],
];

/** States to picture in the light variant. */
export const storeStates: readonly string[] = screenshots.flat();

/** Device pixels per CSS pixel. */
export const storeSharpness = 2;

/** @param taken path of the picture by state */
export async function drawStorePictures(context: BrowserContext, taken: ReadonlyMap<string, string>): Promise<void> {
  const words = await readFile('docs/store/en.md', 'utf8');
  const captions = [...words.matchAll(/^- (.*)$/gm)].map(([, text = '']) => text);
  const tokens = await readFile('components/styles/tokens.css', 'utf8');
  const mark = await embedded('components/mark/icon.svg', 'image/svg+xml');
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const page = await context.newPage();
  await page.emulateMedia({ colorScheme: 'light' });

  async function draw(name: string, [width, height]: [number, number], body: string): Promise<void> {
    await page.setViewportSize({ width, height });
    await page.setContent(`<!doctype html><html lang="en"><style>${tokens}
      * { box-sizing: border-box; margin: 0 }
      body { width: ${width}px; height: ${height}px; overflow: hidden; display: grid; grid-template-rows: auto 1fr;
        background: linear-gradient(160deg, var(--accent-tint), var(--ground)); color: var(--text); font-family: system-ui, sans-serif }
      header { display: flex; align-items: center; gap: 20px; padding: 36px 56px 28px }
      h1 { font-size: 38px; font-weight: 650; letter-spacing: -0.01em }
      main { display: flex; justify-content: center; align-items: start; gap: 56px; min-height: 0; padding: 0 56px }
      .surface { border-radius: 20px; box-shadow: 0 8px 60px rgb(10 50 42 / 22%), 0 0 0 2px rgb(10 50 42 / 12%) }
      .tile { grid-row: 1 / -1; flex-direction: column; align-items: center; justify-content: center; gap: ${height / 22}px; text-align: center }
      .tile img { width: ${height / 3.4}px }
      .tile h1 { font-size: ${height / 9}px }
      .tile p { font-size: ${height / 17}px; color: var(--text-quiet) }
    </style>${body}`);
    await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
    await page.evaluate(fitSurfaces, 1.25 / storeSharpness);
    await page.screenshot({ path: join(out, `${name}.png`), scale: 'css' });
  }

  for (const [index, states] of screenshots.entries()) {
    const pictures = await Promise.all(states.map((state) => embedded(taken.get(state) ?? state, 'image/png')));
    const surfaces = pictures.map((picture) => `<img class="surface" src="${picture}" alt="">`).join('');
    const header = `<header><img src="${mark}" width="56" alt=""><h1>${captions[index]}</h1></header>`;
    await draw(`screenshot-${index + 1}`, [1280, 800], `${header}<main>${surfaces}</main>`);
  }
  const tile = `<main class="tile"><img src="${mark}" alt=""><h1>Phone Sign-in</h1><p>Your phone number is your user name.</p></main>`;
  await draw('tile-440x280', [440, 280], tile);
  await draw('tile-1400x560', [1400, 560], tile);
  await page.close();
}

/** Scales all pictures of a screenshot alike so that they fit. Runs in the page. */
function fitSurfaces(largest: number): void {
  const surfaces = [...document.querySelectorAll<HTMLImageElement>('.surface')];
  const room = { width: 1168 - 56 * (surfaces.length - 1), height: 648 };
  const width = surfaces.reduce((sum, { naturalWidth }) => sum + naturalWidth, 0);
  const height = surfaces.length === 1 ? 0 : Math.max(...surfaces.map(({ naturalHeight }) => naturalHeight));
  const scale = Math.min(largest, room.width / width, height === 0 ? largest : room.height / height);
  for (const surface of surfaces) surface.style.width = `${surface.naturalWidth * scale}px`;
}

async function embedded(file: string, type: string): Promise<string> {
  return `data:${type};base64,${(await readFile(file)).toString('base64')}`;
}
