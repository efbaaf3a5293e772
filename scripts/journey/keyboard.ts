// What a person does who has no mouse: the Tab key until the focus is where it should be, and it can be seen all the way.

import { expect } from '@playwright/test';
import type { Surface } from '../driver/surface.ts';
import { until } from '../driver/until.ts';
import { text } from './text.ts';

interface Stop {
  role: string;
  name: string | RegExp;
}

const mostStops = 60;

/** @param key `Shift+Tab` to go back */
export async function tabTo(surface: Surface, { role, name }: Stop, key = 'Tab'): Promise<void> {
  const passed: string[] = [];
  while (passed.length < mostStops) {
    const at = await surface.focused();
    if (at?.role === role && (typeof name === 'string' ? at.name === name : name.test(at.name))) return;
    await surface.press(key);
    const stop = await surface.focused();
    passed.push(stop ? `${stop.role} "${stop.name}"` : text('policy.nothing'));
    // Out of the page, at the browser's own buttons, there is nothing of ours to see.
    if (stop) expect(await surface.evaluate(focusIsSeen), `the focus can be seen at ${passed.at(-1)}`).toBe('');
  }
  throw new Error(`${key} never came to ${role} ${name}, but to:\n${passed.join('\n')}`);
}

/** Tab to it, and Enter. */
export async function enterOn(surface: Surface, stop: Stop, key?: string): Promise<void> {
  await tabTo(surface, stop, key);
  await surface.press('Enter');
}

/** Tab to it, and type in place of what it holds: what is tabbed to is selected. */
export async function typeInto(surface: Surface, name: string | RegExp, text: string): Promise<void> {
  await tabTo(surface, { role: 'textbox', name });
  await surface.type(text);
}

export function waitForFocus(surface: Surface, role: string, name: string): Promise<boolean> {
  return until(`the focus to be at ${role} "${name}"`, async () => {
    const at = await surface.focused();
    return at?.role === role && at.name === name;
  });
}

/** Runs in the page: what is wrong with how the focus is shown; nothing where it is well (WCAG 2.4.7, 2.4.11). */
function focusIsSeen(): string {
  const element = document.activeElement;
  if (!element || element === document.body || element.shadowRoot) return '';
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { x, y, width, height } = element.getBoundingClientRect();
  if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2) return `outline: ${outlineStyle} ${outlineWidth}`;
  const hit = document.elementFromPoint(x + width / 2, y + Math.min(height / 2, innerHeight - y - 1));
  if (hit && (element.contains(hit) || hit.contains(element))) return '';
  return `covered by ${hit?.outerHTML.slice(0, 80) ?? `nothing: it is at ${x}, ${y}`}`;
}
