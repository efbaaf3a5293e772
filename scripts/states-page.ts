// Writes one HTML page that shows every state, light beside dark.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface StatePictures {
  name: string;
  /** File names inside the folder of the page. */
  light: string;
  dark: string;
}

/** @param folder contains the pictures; states without pictures are left out */
export async function writeStatesPage(folder: string, states: readonly StatePictures[]): Promise<string> {
  const figures = states
    .filter(({ light, dark }) => existsSync(join(folder, light)) && existsSync(join(folder, dark)))
    .map(
      ({ name, light, dark }) =>
        `<figure><figcaption>${name}</figcaption><img src="${light}" alt="light"> <img src="${dark}" alt="dark"></figure>`,
    );
  const page = join(folder, 'index.html');
  await writeFile(
    page,
    `<!doctype html><meta charset="utf-8"><title>States</title><style>body{background:#9aa5a3;font:600 14px sans-serif}
img{vertical-align:top;max-width:48%}figure{margin:0 0 32px}</style>
${figures.join('\n')}
`,
  );
  return page;
}
