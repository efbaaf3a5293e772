import type { Clock } from './types.ts';

export function createClock(): Clock & { reset(): void } {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    get offset() {
      return offset;
    },
    advance(milliseconds) {
      offset += milliseconds;
    },
    reset() {
      offset = 0;
    },
  };
}
