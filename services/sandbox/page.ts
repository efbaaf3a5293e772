// The layout of all sandbox pages, with a notice that this is a sandbox.
import { readFileSync } from 'node:fs';
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { transformSync } from 'rolldown/utils';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const style = `
:root { color-scheme: light dark; --paper: #f4f5f3; --card: #fff; --ink: #1d2420; --soft: #56615a; --line: #d4d9d5;
  --accent: #1f6b52; --on-accent: #fff; --wrong: #a3261b; --wrong-paper: #fdf0ee; --mark: #f2e3b3; --on-mark: #4a3c07; }
@media (prefers-color-scheme: dark) { :root { --paper: #161a18; --card: #1f2522; --ink: #e8ece9; --soft: #a6b1aa;
  --line: #3a433e; --accent: #7fd1b3; --on-accent: #0e1f18; --wrong: #ff9d92; --wrong-paper: #35201e; --mark: #4a3f16; --on-mark: #f5e6ad; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
.sandbox { background: var(--mark); color: var(--on-mark); padding: .4rem 1rem; font-size: .875rem; text-align: center; margin: 0; }
main { max-width: 28rem; margin: 2.5rem auto; padding: 0 1rem; }
main.wide { max-width: 44rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.75rem 1.5rem; }
.card + .card { margin-top: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem; font-weight: 600; }
h2 { font-size: 1.125rem; margin: 0 0 .25rem; font-weight: 600; }
p { margin: 0 0 1rem; } .soft { color: var(--soft); } .small { font-size: .875rem; }
label { display: block; font-weight: 600; margin: 1rem 0 .25rem; }
input, select { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--soft); border-radius: .5rem; }
input[aria-invalid=true] { border-color: var(--wrong); }
button, .button { display: inline-block; min-height: 2.75rem; padding: .5rem 1.25rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .5rem; text-decoration: none; }
button.quiet, .button.quiet { color: var(--accent); background: transparent; border-color: var(--line); }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem; }
h1:focus { outline: none; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[role=alert]:not(:empty) { color: var(--wrong); background: var(--wrong-paper); border-radius: .5rem; padding: .75rem 1rem; margin: 0 0 1rem; }
a { color: var(--accent); } ul.plain { list-style: none; margin: 0; padding: 0; }
.row { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; padding: .9rem 0; border-top: 1px solid var(--line); }
.row:first-child { border-top: 0; }
code { font: .875em ui-monospace, monospace; } bdi { white-space: nowrap; }
input + p { margin-top: .75rem; } .text { flex-basis: 100%; margin: 0; white-space: pre-line; }
@media (forced-colors: active) { .card, button, .sandbox { border: 1px solid; } }
@media (max-width: 24rem) { main { margin: 1rem auto; } .card { padding: 1.25rem 1rem; } .actions > * { flex: 1 1 100%; text-align: center; } }
`;

type PageScript = 'continue' | 'handset' | 'second-factor' | 'security-info' | 'sign-out';

const compiled = new Map<PageScript, string>();

/** The JavaScript of page-scripts/<name>.ts, which imports types only. */
function compile(name: PageScript): string {
  const code = compiled.get(name) ?? compileFile(new URL(`./page-scripts/${name}.ts`, import.meta.url));
  compiled.set(name, code);
  return code;
}

function compileFile(file: URL): string {
  const { code, errors } = transformSync(file.pathname, readFileSync(file, 'utf8'), { sourcemap: false });
  if (errors[0]) throw errors[0];
  return code;
}

/** A whole document; `script` runs inline as a module. */
export function page(content: { title: string; body: Html; wide?: boolean; script?: PageScript }): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${content.title} – Sandbox</title>
<link rel="icon" href="data:,">
<style>${raw(style)}</style>
</head>
<body>
<header class="sandbox"><strong>Sandbox.</strong> A pretend organization for trying things out. Nothing here is real.</header>
<main${raw(content.wide ? ' class="wide"' : '')}>
${content.body}
</main>
${content.script ? html`<script type="module">${raw(compile(content.script))}</script>` : ''}
</body>
</html>`;
}

/** In the page from the start, so that screen readers announce a later text. */
export function alert(message: string | undefined, id = 'problem'): Html {
  return html`<div role="alert" id="${id}">${message ?? ''}</div>`;
}
