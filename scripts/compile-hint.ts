// V8 compiles a function when it is first called, one after the other on the page's main thread, and keeps in its code cache only
// what was compiled when the file had run. A page of ours draws later than that, once the database has answered: the functions that
// draw were compiled anew by each opening. With this comment all of a file is compiled ahead, in another thread, and kept.
// Chromium knows it from 136 on (https://v8.dev/blog/explicit-compile-hints); for others it is a comment.
import type { Plugin } from 'vite';

const hint = '//# allFunctionsCalledOnLoad';

/** For what a page needs before it can draw, not for what a step imports. */
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
