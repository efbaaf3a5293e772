// Microsoft Graph v1.0: reads and writes a user's phones, reads a user's memberships.
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { ApplicationToken } from './application-token.ts';
import { GraphError, noAnswer } from './graph-error.ts';

export type PhoneType = 'mobile' | 'alternateMobile' | 'office';

const Phone = v.object({
  id: v.string(),
  phoneType: v.string(),
  phoneNumber: v.optional(v.nullable(v.string()), ''),
  smsSignInState: v.optional(v.nullable(v.string())),
});
export type Phone = v.InferOutput<typeof Phone>;

/** Graph compares phone numbers without white space. */
export function isSameNumber(phone: Phone, phoneNumber: string): boolean {
  return (phone.phoneNumber ?? '').replace(/\s/g, '') === phoneNumber.replace(/\s/g, '');
}

const Phones = v.object({ value: v.array(Phone) });
const Memberships = v.object({
  value: v.array(v.object({ id: v.string(), '@odata.type': v.optional(v.string()) })),
  '@odata.nextLink': v.optional(v.string()),
});
const ErrorBody = v.object({ error: v.object({ code: v.string() }) });

const timeoutMs = 10_000;
/** Of 999 memberships each; longer lists are refused. */
const maximumPages = 10;

export interface Memberships {
  ids: ReadonlySet<string>;
  isAdministrator: boolean;
}

export type Graph = ReturnType<typeof createGraph>;

/** Every function rejects only with a GraphError. */
export function createGraph(origin: string, token: ApplicationToken, fetch: typeof globalThis.fetch) {
  async function call(method: string, url: string, body?: unknown): Promise<unknown> {
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${await token.get()}`,
        accept: 'application/json',
        'client-request-id': randomUUID(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => (error instanceof GraphError ? Promise.reject(error) : noAnswer()));
    const text = await response.text().catch(noAnswer);
    const answer = parseJson(text);
    if (response.ok) return answer;
    if (response.status === 401) token.forget();
    const code = v.safeParse(ErrorBody, answer);
    const requestId = response.headers.get('request-id');
    const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'));
    throw new GraphError({
      status: response.status,
      ...(code.success ? { code: code.output.error.code } : {}),
      ...(requestId ? { requestId } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }

  /** An undocumented answer counts as an outage. */
  function read<Schema extends v.GenericSchema>(schema: Schema, answer: unknown): v.InferOutput<Schema> {
    const parsed = v.safeParse(schema, answer);
    if (!parsed.success) throw new GraphError({ status: 503, code: 'unexpected-answer' });
    return parsed.output;
  }

  const methods = (oid: string) => `${origin}/v1.0/users/${oid}/authentication/phoneMethods`;

  return {
    async phones(oid: string): Promise<Phone[]> {
      return read(Phones, await call('GET', methods(oid))).value;
    },
    /** @param id of the phone to change; undefined adds one */
    async writePhone(
      oid: string,
      id: string | undefined,
      phone: { phoneNumber: string; phoneType: PhoneType },
    ): Promise<void> {
      if (id === undefined) await call('POST', methods(oid), phone);
      else await call('PATCH', `${methods(oid)}/${encodeURIComponent(id)}`, phone);
    },
    /**
     * Groups and directory roles, nested ones included. No cast to `directoryRole`, because a cast reads the eventually
     * consistent index, which lacks roles of the last minutes. Entries that the gateway may not read in full still have
     * `id` and `@odata.type` (Graph, "Limited information returned for inaccessible member objects").
     */
    async memberships(oid: string): Promise<Memberships> {
      const ids = new Set<string>();
      let isAdministrator = false;
      let url: string | undefined = `${origin}/v1.0/users/${oid}/transitiveMemberOf?$select=id&$top=999`;
      for (let page = 0; url; page++) {
        if (page === maximumPages || new URL(url).origin !== origin)
          throw new GraphError({ status: 503, code: 'unexpected-answer' });
        const answer: v.InferOutput<typeof Memberships> = read(Memberships, await call('GET', url));
        for (const entry of answer.value) {
          ids.add(entry.id.toLowerCase());
          isAdministrator ||= entry['@odata.type'] === '#microsoft.graph.directoryRole';
        }
        url = answer['@odata.nextLink'];
      }
      return { ids, isAdministrator };
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function parseRetryAfter(header: string | null): number | undefined {
  if (!header) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
