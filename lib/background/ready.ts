import { log } from './log.ts';

/**
 * @returns `ready` starts once, and after a failure again at the next call; `whenReady` handles an event whose sender waits
 * for nothing
 */
export function startable<Running>(start: () => Promise<Running>) {
  let started: Promise<Running> | undefined;

  function ready(): Promise<Running> {
    started ??= start().catch((error) => {
      started = undefined;
      throw error;
    });
    return started;
  }

  function whenReady(handle: (running: Running) => unknown): void {
    ready()
      .then(handle)
      .catch((error) => log('An event could not be handled.', error));
  }

  return { ready, whenReady };
}
