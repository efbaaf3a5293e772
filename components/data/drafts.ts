// What the user entered so far, in `storage.session`: a popup closes as soon as it loses focus.
import { effect, type Signal, signal } from '@preact/signals';
import { browser } from '../../lib/shared/browser.ts';

/** @returns a signal that starts with the stored draft of this name, and stores every change */
export async function draft<Value extends object>(name: string, initial: Value): Promise<Signal<Value>> {
  const key = `draft:${name}`;
  const { [key]: stored } = await browser.storage.session.get(key);
  const first = { ...initial, ...(typeof stored === 'object' ? stored : {}) };
  const value = signal<Value>(first);
  effect(() => {
    if (value.value !== first) void browser.storage.session.set({ [key]: value.value });
  });
  return value;
}
