// Bundles page-script.ts with its imports into text that can be evaluated in a page.
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type * as PageScript from './page-script.ts';

type Verbs = typeof PageScript;
type Parameters<Verb> = Verb extends (root: PageScript.Root, ...rest: infer Rest) => unknown ? Rest : never;

/** Function declaration with two parameters: the argument (JSON) and the root. */
export interface PageCall<_Answer> {
  source: string;
  argument: unknown;
}

let bundle: Promise<string> | undefined;

/** A function of page-script.ts as text. */
export async function pageCall<Name extends keyof Verbs>(
  verb: Name,
  ...parameters: Parameters<Verbs[Name]>
): Promise<PageCall<ReturnType<Verbs[Name]>>> {
  bundle ??= build();
  return {
    source: `(call, root) => { ${await bundle}; return pageScript[call.verb](root, ...call.parameters); }`,
    argument: { verb, parameters },
  };
}

async function build(): Promise<string> {
  const build = await rolldown({ input: fileURLToPath(new URL('./page-script.ts', import.meta.url)) });
  const { output } = await build.generate({ format: 'iife', name: 'pageScript', minify: true });
  await build.close();
  return output[0].code;
}
