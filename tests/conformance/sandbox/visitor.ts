// A browser session without a browser: follows redirects, stores cookies, submits forms.
import type { Employee, Sandbox } from '../../../services/sandbox/sandbox.ts';

export interface Visit {
  url: URL;
  status: number;
  text: string;
}

export class Visitor {
  #sandbox: Sandbox;
  #cookies = new Map<string, { value: string; path: string; host: string; isPersistent: boolean }>();

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** Follows redirects to a page of the sandbox or to the redirect URI of an application. */
  async open(url: string | URL, init: RequestInit = {}): Promise<Visit> {
    let next = { url: new URL(url), init };
    for (;;) {
      const response = await this.#sandbox.fetch(next.url, {
        ...next.init,
        headers: { ...(next.init.headers as Record<string, string>), cookie: this.#cookieHeader(next.url) },
      });
      this.#keep(next.url, response);
      const location = response.headers.get('location');
      if (location === null) return { url: next.url, status: response.status, text: await response.text() };
      const target = new URL(location, next.url);
      if (target.protocol === 'http:' || isApplication(target)) {
        return { url: target, status: response.status, text: '' };
      }
      next = { url: target, init: {} };
    }
  }

  /** Submits the form of the page. */
  submit(visit: Visit, fields: Record<string, string>): Promise<Visit> {
    return this.open(visit.url, { method: 'POST', body: new URLSearchParams(fields) });
  }

  /** Does what the script of a page does that continues on its own. @throws if the page never continues */
  continueByScript(visit: Visit): Promise<Visit> {
    const next = /id="continue" data-href="([^"]+)"/.exec(visit.text)?.[1];
    if (next === undefined) throw new Error(`The page at ${visit.url.pathname} does not continue`);
    return this.open(next.replaceAll('&amp;', '&'));
  }

  /** Submits a form with its hidden fields, as its script does in a browser. */
  async submitHidden(visit: Visit, more: Record<string, string> = {}): Promise<Visit> {
    const action = /<form[^>]* action="([^"]+)"/.exec(visit.text)?.[1];
    if (action === undefined) throw new Error(`No such form at ${visit.url.pathname}`);
    const fields = [...visit.text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const hidden = Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]));
    return this.open(new URL(action.replaceAll('&amp;', '&'), visit.url), {
      method: 'POST',
      body: new URLSearchParams({ ...hidden, ...more }),
    });
  }

  /** Signs in by user name and password, or selects the session of the user if it is enough. Approves a second factor. */
  async signIn(page: Visit, employee: Employee): Promise<Visit> {
    if (page.text.includes(`Continue as ${employee.userName}`)) {
      const picked = await this.submit(page, { this: '' });
      // The session is not enough for what is demanded.
      return picked.text.includes('name="password"') ? this.signIn(picked, employee) : picked;
    }
    const password = page.text.includes('name="password"')
      ? page
      : await this.submit(page, { userName: employee.userName });
    return this.approve(await this.submit(password, { password: employee.password }), employee);
  }

  /** Approves the prompt of the page on the employee's handset. @returns the next page; this page if it has no prompt */
  async approve(page: Visit, employee: Employee): Promise<Visit> {
    if (!page.text.includes('id="second-factor"')) return page;
    const { handsets } = this.#sandbox;
    const prompt = handsets.approvals(employee.mobile).find(({ employee: { oid } }) => oid === employee.oid);
    if (prompt) handsets.answer(prompt.id, 'approve');
    return this.submit(page, {});
  }

  /** Deletes session cookies, as a restart of the browser does. */
  restart(): void {
    for (const [key, cookie] of this.#cookies) if (!cookie.isPersistent) this.#cookies.delete(key);
  }

  #cookieHeader(url: URL): string {
    return [...this.#cookies]
      .filter(([, cookie]) => cookie.host === url.hostname && url.pathname.startsWith(cookie.path))
      .map(([key, cookie]) => `${key.split('|')[0]}=${cookie.value}`)
      .join('; ');
  }

  #keep(url: URL, response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/;\s*/);
      const [name = '', ...rest] = pair.split('=');
      const attribute = (wanted: string) =>
        attributes.find((each) => each.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
      const path = attribute('path') ?? '/';
      const expires = attribute('expires');
      const key = `${name}|${url.hostname}${path}`;
      if (expires !== undefined && Date.parse(expires) < Date.now()) this.#cookies.delete(key);
      else
        this.#cookies.set(key, {
          value: rest.join('='),
          path,
          host: url.hostname,
          isPersistent: expires !== undefined,
        });
    }
  }
}

function isApplication(url: URL): boolean {
  return /\.(chromiumapp\.org|extensions\.allizom\.org)$/.test(url.hostname);
}
