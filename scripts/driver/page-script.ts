// Runs inside the page in both browsers and finds elements by role and accessible name. It is sent with each call, so that
// nothing stays in the page: tests look for traces of the extension there.
// biome-ignore-all lint/performance/useDomNodeTextContent: only innerText is what a person sees

import { computeAccessibleDescription, computeAccessibleName, getRole } from 'dom-accessibility-api';

export type Root = Document | ShadowRoot;

/** A whole name or a regular expression. */
export type Pattern = { exactly: string } | { source: string; flags: string };

export interface ElementTarget {
  /** ARIA role; undefined finds any form control by its label. */
  role?: string;
  name?: Pattern;
  /** Limits the search to that element. */
  within?: ElementTarget;
}

export type Located =
  | { state: 'ready'; x: number; y: number }
  | { state: 'missing' | 'ambiguous' | 'disabled' | 'covered'; detail: string };

/** @returns the centre of the one matching element, in view, enabled and not covered, or the reason why there is none */
export function locate(root: Root, target: ElementTarget): Located {
  const found = findAll(root, target);
  const element = found[0];
  if (!element) return { state: 'missing', detail: outline(root) };
  if (found.length > 1) return { state: 'ambiguous', detail: found.map(inWords).join('\n') };
  if (element.matches(':disabled') || element.getAttribute('aria-disabled') === 'true') {
    return { state: 'disabled', detail: inWords(element) };
  }
  element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  // The centre of all boxes of a wrapped link can lie beside it.
  const box = element.getClientRects()[0] ?? element.getBoundingClientRect();
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  const hit = root.elementFromPoint(x, y);
  const reached = hit !== null && (element.contains(hit) || hit.closest('label')?.control === element);
  return reached ? { state: 'ready', x, y } : { state: 'covered', detail: hit ? inWords(hit) : 'nothing at its place' };
}

export function isThere(root: Root, target: ElementTarget): boolean {
  return findAll(root, target).length > 0;
}

/** @returns visible text of the page or of a shadow root */
export function visibleText(root: Root): string {
  if (root instanceof Document) return root.body?.innerText ?? '';
  return [...root.children].map((child) => (child instanceof HTMLElement ? child.innerText : '')).join('\n');
}

export function focused(root: Root): { role: string; name: string } | undefined {
  let element = root.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (!element || element === document.body) return undefined;
  return { role: roleOf(element) ?? element.localName, name: nameOf(element) };
}

/** Selects the content of the focused field, so that typing replaces it. */
export function selectContent(root: Root): void {
  const field = root.activeElement;
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.select();
}

export function fieldValue(root: Root, target: ElementTarget): string | undefined {
  const field = findAll(root, target)[0];
  return field && 'value' in field ? String(field.value) : undefined;
}

/** Chooses an option of a native select by its text. @returns false while the option is missing */
export function choose(root: Root, target: ElementTarget, optionText: string): boolean {
  const [select] = findAll(root, target);
  if (!(select instanceof HTMLSelectElement) || select.disabled) return false;
  const option = [...select.options].find((each) => normal(each.text) === optionText);
  if (!option) return false;
  select.focus();
  select.value = option.value;
  select.dispatchEvent(new Event('input', { bubbles: true }));
  select.dispatchEvent(new Event('change', { bubbles: true }));
  return true;
}

/** @returns roles, names and text of the page for error messages */
export function outline(root: Root): string {
  const named = everything(root)
    .filter(
      (element) => isPerceivable(element) && element.matches('a,button,input,select,textarea,[role],h1,h2,dialog'),
    )
    .map(inWords);
  const text = visibleText(root).replace(/\n\s*\n/g, '\n');
  return [`On ${location.href.replace(/[?#].*/, '')}:`, text.slice(0, 1500), ...named.slice(0, 60)].join('\n');
}

/** @returns the accessibility tree as text: one line per role with name and states, and one per text */
export function accessibilityTree(root: Root): string {
  const modal = [...root.querySelectorAll('dialog:modal')].at(-1);
  const top = modal ? [modal] : [...(root instanceof Document ? root.body.children : root.children)];
  return top.flatMap((element) => branch(element, root.activeElement)).join('\n');
}

function branch(node: Node, focus: Element | null): string[] {
  if (node instanceof Text) return normal(node.data) ? [`"${normal(node.data)}"`] : [];
  if (!(node instanceof HTMLElement) || node.matches('style,script') || !isPerceivable(node)) return [];
  const role = toldRole(node);
  const isNamedByContent = /^(button|link|heading|option)$/.test(role ?? '') || node.matches('input,select,textarea');
  const children = isNamedByContent ? [] : [...node.childNodes].flatMap((child) => branch(child, focus));
  const isSentence =
    node.matches('p,bdi,span,dt,dd,li,blockquote,code') && children.every((line) => line.startsWith('"'));
  const inner = isSentence && children.length > 1 ? [`"${normal(node.innerText)}"`] : children;
  if (!role) return inner;
  const name = nameOf(node);
  const told = [role, ...(name ? [`"${name}"`] : []), ...statesOf(node, role), ...(node === focus ? ['[focus]'] : [])];
  return [told.join(' '), ...inner.map((line) => `  ${line}`)];
}

/** @returns undefined for elements that have no role without a name or in their position (HTML-AAM) */
function toldRole(element: Element): string | undefined {
  const role = roleOf(element);
  if (!role || /^(generic|presentation|none|paragraph|time|strong|emphasis|code|blockquote)$/.test(role))
    return undefined;
  if (/^(region|form)$/.test(role) && nameOf(element) === '') return undefined;
  if (/^(banner|contentinfo)$/.test(role) && element.closest('article,aside,main,nav,section')) return undefined;
  return role;
}

function statesOf(element: Element, role: string): string[] {
  const is = (state: string) => element.getAttribute(`aria-${state}`);
  const field = element.matches('input,select,textarea') ? (element as HTMLInputElement) : undefined;
  const isOption = field?.type === 'checkbox' || field?.type === 'radio';
  const described = normal(computeAccessibleDescription(element));
  // A description that repeats the name is not announced.
  const description = nameOf(element).startsWith(described) ? '' : described;
  const isOpen = element.matches('summary')
    ? String((element.parentElement as HTMLDetailsElement).open)
    : is('expanded');
  return [
    ...(role === 'heading' ? [`level ${is('level') ?? element.localName.slice(1)}`] : []),
    ...(isOption ? [field.checked ? 'checked' : 'not checked'] : []),
    ...(field && !isOption && field.value ? [`holds "${field.value}"`] : []),
    ...(isOpen === null ? [] : [isOpen === 'true' ? 'open' : 'closed']),
    ...(is('current') ? ['current'] : []),
    ...(is('invalid') === 'true' ? ['invalid'] : []),
    ...(element.matches(':disabled') || is('disabled') === 'true' ? ['not available'] : []),
    ...(description ? [`described "${description}"`] : []),
  ];
}

function findAll(root: Root, target: ElementTarget): Element[] {
  const inside = target.within ? findAll(root, target.within) : undefined;
  return everything(root).filter(
    (element) =>
      (target.role ? roleOf(element) === target.role : element.matches('input,select,textarea')) &&
      (!inside || inside.some((outer) => outer !== element && outer.contains(element))) &&
      isPerceivable(element) &&
      (!target.name || matches(target.name, nameOf(element))),
  );
}

/** Includes open shadow roots; with a modal dialog only its content, because the rest is inert. */
function everything(root: Root | Element): Element[] {
  const modal = root instanceof Element ? undefined : [...root.querySelectorAll('dialog:modal')].at(-1);
  const elements = modal ? [modal, ...modal.querySelectorAll('*')] : [...root.querySelectorAll('*')];
  return elements.flatMap((element) => (element.shadowRoot ? [element, ...everything(element.shadowRoot)] : [element]));
}

function isPerceivable(element: Element): boolean {
  return element.checkVisibility({ visibilityProperty: true }) && !element.closest('[aria-hidden="true"],[inert]');
}

/** Treats a password field as a text box, because ARIA has no role for it. */
function roleOf(element: Element): string | null {
  if (element.matches('input[type=password]:not([role])')) return 'textbox';
  // Browsers expose it as a button, although ARIA defines no role.
  if (element.matches('details > summary:first-of-type:not([role])')) return 'button';
  return getRole(element);
}

function nameOf(element: Element): string {
  return normal(computeAccessibleName(element));
}

function matches(pattern: Pattern, text: string): boolean {
  return 'exactly' in pattern ? text === normal(pattern.exactly) : new RegExp(pattern.source, pattern.flags).test(text);
}

function inWords(element: Element): string {
  const disabled = element.matches(':disabled') ? ' (disabled)' : '';
  return `  ${roleOf(element) ?? element.localName} "${nameOf(element)}"${disabled}`;
}

function normal(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
