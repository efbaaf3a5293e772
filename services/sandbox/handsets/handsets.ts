// The phones of the sandbox: they store the texts they receive.
import { directoryNumber, e164 } from '../phone-number.ts';
import type { Clock, Handsets, Text } from '../types.ts';

type Listener = (text: Text) => void;

export interface HandsetStore extends Handsets {
  /** E.164 numbers that received texts. */
  numbers(): string[];
  /** @returns a function that removes the listener */
  listen(number: string, listener: Listener): () => void;
  reset(): void;
}

export function createHandsets(clock: Clock): HandsetStore {
  const received = new Map<string, Text[]>();
  const listeners = new Map<string, Set<Listener>>();

  const keyOf = (number: string) => {
    const known = directoryNumber(number);
    if (!known) throw new Error(`Not a phone number: ${number}`);
    return e164(known);
  };

  const listen = (number: string, listener: Listener) => {
    const key = keyOf(number);
    const own = listeners.get(key) ?? new Set();
    listeners.set(key, own.add(listener));
    return () => void own.delete(listener);
  };

  return {
    texts: (number) => received.get(keyOf(number)) ?? [],
    numbers: () => [...received.keys()],
    listen,
    deliver({ to, body, from = 'Sandbox' }) {
      const key = keyOf(to);
      const text: Text = { to: key, from, body, at: clock.now() };
      received.set(key, [text, ...(received.get(key) ?? [])]);
      for (const listener of [...(listeners.get(key) ?? [])]) listener(text);
    },
    waitForText(number, { after, timeout = 10_000 } = {}) {
      const texts = received.get(keyOf(number)) ?? [];
      const known = typeof after === 'object' ? texts.indexOf(after) : texts.length;
      const there = texts.slice(0, known).find((text) => typeof after !== 'number' || text.at >= after);
      if (there) return Promise.resolve(there);
      return new Promise((resolve, reject) => {
        const end = () => {
          clearTimeout(timer);
          stop();
        };
        const stop = listen(number, (text) => {
          end();
          resolve(text);
        });
        const timer = setTimeout(() => {
          end();
          reject(new Error(`No text within ${timeout} ms.`));
        }, timeout);
      });
    },
    reset: () => received.clear(),
  };
}
