// The phones of the sandbox: they store the texts they receive, and prompt for second factors.
import { randomUUID } from 'node:crypto';
import { directoryNumber, e164 } from '../phone-number.ts';
import type { Approval, Clock, Employee, Handsets, SecondFactorAnswer, Text } from '../types.ts';

type Listener = (text: Text) => void;

/** In milliseconds; at Entra a notification of the authenticator app counts for about a minute. */
const approvalLifetime = 60_000;

export interface HandsetStore extends Handsets {
  /** E.164 numbers that received texts. */
  numbers(): string[];
  /** @returns a function that removes the listener */
  listen(number: string, listener: Listener): () => void;
  /** Who answers prompts. */
  answers: SecondFactorAnswer;
  /** Prompts on the employee's handset. */
  prompt(employee: Employee): Approval;
  approval(id: string): Approval | undefined;
  /** Calls back when the prompts of a number change. @returns a function that ends this */
  onChange(number: string, changed: () => void): () => void;
  reset(): void;
}

export function createHandsets(clock: Clock, answers: SecondFactorAnswer = 'by-hand'): HandsetStore {
  const received = new Map<string, Text[]>();
  const listeners = new Map<string, Set<Listener>>();
  const prompts = new Map<string, Approval>();
  const changes = new EventTarget();

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

  const stateOf = (prompt: Approval): Approval =>
    prompt.state === 'waiting' && clock.now() - prompt.at > approvalLifetime
      ? { ...prompt, state: 'timed-out' }
      : prompt;
  const approval = (id: string) => {
    const prompt = prompts.get(id);
    return prompt && stateOf(prompt);
  };
  const change = (prompt: Approval) => {
    prompts.set(prompt.id, prompt);
    changes.dispatchEvent(new Event(prompt.number));
  };

  const store: HandsetStore = {
    answers,
    prompt(employee) {
      const waiting = { id: randomUUID(), number: keyOf(employee.mobile), employee, at: clock.now() };
      const state = { 'by-hand': 'waiting', approve: 'approved', deny: 'denied' } as const;
      const prompt: Approval = { ...waiting, state: state[store.answers] };
      change(prompt);
      return prompt;
    },
    approval,
    approvals: (number) =>
      [...prompts.values()]
        .map(stateOf)
        .filter((prompt) => prompt.number === keyOf(number) && prompt.state === 'waiting')
        .toReversed(),
    answer(id, answer) {
      const prompt = approval(id);
      if (prompt?.state !== 'waiting') return false;
      change({ ...prompt, state: answer === 'approve' ? 'approved' : 'denied' });
      return true;
    },
    onChange(number, changed) {
      const stopped = new AbortController();
      changes.addEventListener(keyOf(number), changed, { signal: stopped.signal });
      return () => stopped.abort();
    },
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
    reset: () => {
      received.clear();
      prompts.clear();
      store.answers = answers;
    },
  };
  return store;
}
