// What axe-core finds wrong on a page, in one line each.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Chosen {
  /** Where colours are forced axe still reads those that were not taken. */
  areColorsForced?: boolean;
}

/** A function of {@link Chosen} as text, to be called in the page: what is sent there needs no leave of its content policy. */
export const findProblems = `async (chosen) => { ${axe}; return (${run})(globalThis.axe, chosen ?? {}); }`;

type Axe = { run(options: RunOptions): Promise<AxeResults> };

async function run(axe: Axe, { areColorsForced = false }: Chosen): Promise<string[]> {
  const { violations } = await axe.run({
    // The target's size is of WCAG 2.2, and off unless asked for.
    rules: { 'color-contrast': { enabled: !areColorsForced }, 'target-size': { enabled: true } },
  });
  return violations.map(({ id, nodes }) => `axe ${id} at ${nodes.map(({ target }) => target.join(' ')).join(' and ')}`);
}
