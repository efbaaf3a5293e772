// Handset page: shows each text as it arrives, newest first, and the prompts for a second factor.
import type { Text } from '../types.ts';

const list = document.querySelector<HTMLElement>('#texts');
if (!list) throw new Error('The page has no list of texts.');

const events = new EventSource(`${location.pathname}/events`);

events.addEventListener('prompts', ({ data }) => {
  const prompts: { id: string; name: string }[] = JSON.parse(data);
  document.querySelector('#prompts')?.replaceChildren(...prompts.map(promptCard));
});

events.addEventListener('message', ({ data }) => {
  const text: Text = JSON.parse(data);
  // The stream begins with the texts that the page was served with.
  if (!isShown(text)) list.prepend(textRow(text));
});

function isShown(text: Text): boolean {
  return [...(list?.children ?? [])].some(
    (row) =>
      row instanceof HTMLElement &&
      row.dataset.at === String(text.at) &&
      row.querySelector('.text')?.textContent === text.body,
  );
}

function promptCard({ id, name }: { id: string; name: string }): HTMLElement {
  const buttons = ['Approve', 'Deny'].map((label) => {
    const button = element('button', label === 'Deny' ? 'quiet' : '', label);
    button.addEventListener('click', () => fetch(`/prompts/${id}/${label.toLowerCase()}`, { method: 'POST' }));
    return button;
  });
  const question = element('h2', '', `Approve the sign-in of ${name}?`);
  return element('section', 'text', question, element('div', 'actions', ...buttons));
}

/** The same elements as `textRow` in handsets/pages.ts. */
function textRow({ at, from, body }: Text): HTMLElement {
  const time = element('time', '', new Date(at).toLocaleTimeString('en-GB'));
  const row = element('li', 'row', element('span', 'soft small', from, ' · ', time), element('p', 'text', body));
  row.dataset.at = String(at);
  return row;
}

function element(tag: string, className: string, ...children: (string | Node)[]): HTMLElement {
  const made = Object.assign(document.createElement(tag), { className });
  made.append(...children);
  return made;
}
