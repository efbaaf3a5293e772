import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { firstLoad, keepBudgets, sizesOf } from './budgets.ts';

async function built(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-budgets-'));
  await mkdir(join(folder, 'chunks'));
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const page = '<script type="module" src="/chunks/popup-A1.js"></script><link rel="stylesheet" href="/popup.css">';
const files = {
  'popup.html': page,
  'popup.css': 'main{}',
  'background.js': '1',
  'banner.js': '1',
  'chunks/popup-A1.js':
    'import{a as b}from"./shared-B2.js";import"./side-C3.js";const later=()=>import(`./step-D4.js`)',
  'chunks/shared-B2.js': 'import{c}from"./deep-E5.js";export{c as a}',
  'chunks/side-C3.js': '',
  'chunks/deep-E5.js': 'export const c=1',
  'chunks/step-D4.js': 'x'.repeat(500_000),
};

test('the first load contains static imports at any depth and no dynamic imports', async () => {
  const folder = await built(files);
  expect(firstLoad(folder, 'popup.html').toSorted()).toEqual([
    'chunks/deep-E5.js',
    'chunks/popup-A1.js',
    'chunks/shared-B2.js',
    'chunks/side-C3.js',
    'popup.css',
    'popup.html',
  ]);
  expect(() => keepBudgets(sizesOf(folder))).not.toThrow();
});

test.each([
  ['chunks/deep-E5.js', "the popup's first load"],
  ['background.js', 'the worker'],
  ['banner.js', 'the banner'],
])('a build whose file %s has grown exceeds a budget', async (file, part) => {
  const folder = await built({ ...files, [file]: 'x'.repeat(300_000) });
  expect(() => keepBudgets(sizesOf(folder))).toThrow(`${part} is `);
});

test('a store package above its budget is an error', () => {
  expect(() => keepBudgets({ 'the store package': 1_000_000 })).toThrow('over its budget');
});
