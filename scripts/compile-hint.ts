// Adds the comment that makes V8 compile a whole file ahead in another thread and keep it in the code cache. Otherwise the
// cache contains only what ran before the database answered, and each opening compiles the drawing code again. Chromium
// supports it from version 136 (https://v8.dev/blog/explicit-compile-hints); other browsers ignore it.
import type { Plugin } from 'vite';

const hint = '//# allFunctionsCalledOnLoad';

/** Marks the files of the first load, not those that a later step imports. */
export function compileAhead(): Plugin {
  return {
    name: 'compile-ahead',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler({ format }, bundle) {
        if (format !== 'es') return;
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
        const first = new Set(
          chunks.filter(({ isEntry }) => isEntry).flatMap(({ fileName, imports }) => [fileName, ...imports]),
        );
        for (const chunk of chunks) if (first.has(chunk.fileName)) chunk.code = `${hint}\n${chunk.code}`;
      },
    },
  };
}
