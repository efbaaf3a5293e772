// handsets.contoso.example: an index of the phones, and a page for each that shows texts and prompts as they arrive.
import { Hono } from 'hono';
import { html } from 'hono/html';
import { streamSSE } from 'hono/streaming';
import { employees } from '../employees.ts';
import type { FetchHost } from '../hosts.ts';
import { page } from '../page.ts';
import { directoryNumber, e164 } from '../phone-number.ts';
import type { Text } from '../types.ts';
import type { HandsetStore } from './handsets.ts';

export function handsetPages(handsets: HandsetStore, closing: AbortSignal): FetchHost {
  const app = new Hono();

  app.get('/', (context) => {
    const rows = new Map<string, string>();
    for (const { mobile, name } of Object.values(employees)) {
      const names = rows.get(e164(mobile));
      rows.set(e164(mobile), names === undefined ? name : `${names}, ${name}`);
    }
    for (const number of handsets.numbers()) if (!rows.has(number)) rows.set(number, 'Another number');
    return context.html(
      page({
        title: 'Handsets',
        wide: true,
        body: html`<div class="card"><h1>Handsets</h1>
<p class="soft">Each of these pretend phones shows the texts it receives, and asks you to approve sign-ins.</p>
<ul class="plain">${[...rows].map(
          ([
            number,
            names,
          ]) => html`<li class="row"><span><a href="/${number}"><bdi dir="ltr">${directoryNumber(number) ?? number}</bdi></a>
<br><span class="soft small">${names}</span></span>
<span class="soft small">${countWords(handsets.texts(number).length)}</span></li>`,
        )}</ul></div>`,
      }),
    );
  });

  app.get('/:number/events', (context) => {
    const number = directoryNumber(context.req.param('number'));
    if (!number) return context.notFound();
    return streamSSE(context, async (stream) => {
      const ended = Promise.withResolvers<void>();
      const stop = handsets.listen(number, (text) => void stream.writeSSE({ data: JSON.stringify(text) }));
      const writePrompts = () => {
        const prompts = handsets.approvals(number).map(({ id, employee }) => ({ id, name: employee.name }));
        return stream.writeSSE({ event: 'prompts', data: JSON.stringify(prompts) });
      };
      const stopPrompts = handsets.onChange(number, () => void writePrompts());
      await writePrompts();
      stream.onAbort(() => ended.resolve());
      closing.addEventListener('abort', () => ended.resolve(), { once: true });
      // A text may have arrived between the page and this stream; the page ignores texts that it shows.
      for (const text of handsets.texts(number).toReversed()) await stream.writeSSE({ data: JSON.stringify(text) });
      await ended.promise;
      stop();
      stopPrompts();
    });
  });

  app.post('/prompts/:id/:answer{approve|deny}', (context) => {
    const { id, answer } = context.req.param();
    return context.body(null, handsets.answer(id, answer as 'approve' | 'deny') ? 204 : 404);
  });

  app.get('/:number', (context) => {
    const number = directoryNumber(context.req.param('number'));
    if (!number) return context.notFound();
    const texts = handsets.texts(number);
    return context.html(
      page({
        title: `Handset ${number}`,
        body: html`<p><a href="/">All handsets</a></p>
<div class="card"><h1>Handset <bdi dir="ltr">${number}</bdi></h1>
<div id="prompts" aria-live="polite"></div>
<p class="soft">New texts appear here, newest first.</p>
<ul class="plain" id="texts" aria-live="polite">${texts.map(textRow)}</ul></div>`,
        script: 'handset',
      }),
    );
  });

  return (request) => app.fetch(request);
}

function countWords(count: number): string {
  if (count === 0) return 'no texts';
  return count === 1 ? '1 text' : `${count} texts`;
}

/** The same elements as `textRow` in page-scripts/handset.ts. */
function textRow(text: Text) {
  const time = new Date(text.at).toLocaleTimeString('en-GB');
  return html`<li class="row" data-at="${text.at}"><span class="soft small">${text.from} · <time>${time}</time></span>
<p class="text">${text.body}</p></li>`;
}
