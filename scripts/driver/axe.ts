// Runs axe-core on a page and returns one line per problem.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Chosen {
  /** With forced colours, axe-core still reads the colours that the page asked for. */
  areColorsForced?: boolean;
}

/** The function as text, because the content security policy of the page allows no other script. */
export const findProblems = `async (chosen) => { ${axe}; return (${run})(globalThis.axe, chosen ?? {}); }`;

type Axe = { run(options: RunOptions): Promise<AxeResults> };

async function run(axe: Axe, { areColorsForced = false }: Chosen): Promise<string[]> {
  const { violations } = await axe.run({
    // The rule target-size of WCAG 2.2 is off by default.
    rules: { 'color-contrast': { enabled: !areColorsForced }, 'target-size': { enabled: true } },
  });
  return violations.map(({ id, nodes }) => `axe ${id} at ${nodes.map(({ target }) => target.join(' ')).join(' and ')}`);
}
