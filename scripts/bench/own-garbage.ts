// The bench runs beside the browsers it measures, and V8 collects a heap like its own on all processors at once, for some 50 ms:
// where that fell into an answer of a worker, it took twice as long. So it is done before.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Now, and so not during what is measured next. */
export const collectOwnGarbage = runInNewContext('gc') as () => void;
