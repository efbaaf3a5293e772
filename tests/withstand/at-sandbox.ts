// The sandbox as what answers the extension: its hosts, and a window in which an employee signs in.
import type { Employee, Sandbox } from '../../services/sandbox/sandbox.ts';
import { Visitor } from '../conformance/sandbox/visitor.ts';
import type { Service } from './extension.ts';

export function atSandbox(sandbox: Sandbox, employee: Employee, visitor = new Visitor(sandbox)): Service {
  return {
    async fetch(request) {
      const body = request.body ? await request.text() : undefined;
      return sandbox.fetch(request.url, {
        method: request.method,
        headers: Object.fromEntries(request.headers),
        ...(body === undefined ? {} : { body }),
      });
    },
    async signIn(url, interactive) {
      const page = await visitor.open(url);
      const isForm = page.url.host.startsWith('login.');
      return (interactive && isForm ? await visitor.signIn(page, employee) : page).url.href;
    },
  };
}
