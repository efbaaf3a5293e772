// Presses Tab until the focus is at an element, and checks that the focus is visible at each stop.

import { expect } from '@playwright/test';
import type { Surface } from '../driver/surface.ts';
import { until } from '../driver/until.ts';
import { text } from './text.ts';

interface Stop {
  role: string;
  name: string | RegExp;
}

const maximumStops = 60;

/** @param key `Shift+Tab` to go back */
export async function tabTo(surface: Surface, { role, name }: Stop, key = 'Tab'): Promise<void> {
  const passed: string[] = [];
  while (passed.length < maximumStops) {
    const at = await surface.focused();
    if (at?.role === role && (typeof name === 'string' ? at.name === name : name.test(at.name))) return;
    await surface.press(key);
    const stop = await surface.focused();
    passed.push(stop ? `${stop.role} "${stop.name}"` : text('policy.nothing'));
    // Undefined: the focus is in the browser's own interface.
    if (stop) expect(await surface.evaluate(focusProblem), `the focus is visible at ${passed.at(-1)}`).toBe('');
  }
  throw new Error(`${key} never reached ${role} ${name}, but to:\n${passed.join('\n')}`);
}

export async function enterOn(surface: Surface, stop: Stop, key?: string): Promise<void> {
  await tabTo(surface, stop, key);
  await surface.press('Enter');
}

/** Replaces the field's content, which Tab has selected. */
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

/** Runs in the page. @returns what is wrong with the focus indicator (WCAG 2.4.7, 2.4.11), or an empty text */
function focusProblem(): string {
  const element = document.activeElement;
  if (!element || element === document.body || element.shadowRoot) return '';
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { x, y, width, height } = element.getBoundingClientRect();
  if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2) return `outline: ${outlineStyle} ${outlineWidth}`;
  const hit = document.elementFromPoint(x + width / 2, y + Math.min(height / 2, innerHeight - y - 1));
  if (hit && (element.contains(hit) || hit.contains(element))) return '';
  return `covered by ${hit?.outerHTML.slice(0, 80) ?? `nothing: it is at ${x}, ${y}`}`;
}
