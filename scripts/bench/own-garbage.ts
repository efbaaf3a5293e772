// V8 collects the heap of the bench on all processors for about 50 ms, which would double a measured answer.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Collects garbage now instead of during the next measurement. */
export const collectOwnGarbage = runInNewContext('gc') as () => void;
