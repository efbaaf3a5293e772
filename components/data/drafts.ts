// Where the person is and what was typed so far: a popup closes as soon as it loses focus, and must reopen just there.
// In memory storage only, which ends with the browser.
import { effect, type Signal, signal } from '@preact/signals';
import { browser } from '../../lib/shared/browser.ts';

/** @returns a signal that starts with what was kept under this name, and keeps every change */
export async function draft<Value extends object>(name: string, initial: Value): Promise<Signal<Value>> {
  const key = `draft:${name}`;
  const { [key]: kept } = await browser.storage.session.get(key);
  const first = { ...initial, ...(typeof kept === 'object' ? kept : {}) };
  const value = signal<Value>(first);
  effect(() => {
    if (value.value !== first) void browser.storage.session.set({ [key]: value.value });
  });
  return value;
}
