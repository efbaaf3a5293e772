// A page that a silent sign-in passes through: goes on to the next address after a time.
const { href, milliseconds } = document.querySelector<HTMLElement>('#continue')?.dataset ?? {};
if (href !== undefined) setTimeout(() => location.replace(href), Number(milliseconds));
