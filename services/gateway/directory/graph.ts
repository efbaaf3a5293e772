// The three things the gateway asks of Microsoft Graph v1.0: a person's phones, writing one, and what the person belongs to.
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

const Phones = v.object({ value: v.array(Phone) });
const Memberships = v.object({
  value: v.array(v.object({ id: v.string(), '@odata.type': v.optional(v.string()) })),
  '@odata.nextLink': v.optional(v.string()),
});
const ErrorBody = v.object({ error: v.object({ code: v.string() }) });

const timeoutMs = 10_000;
/** No person is in more groups than a few pages of 999; a listing without end is not followed. */
const maximumPages = 10;

export interface Memberships {
  ids: ReadonlySet<string>;
  isAdministrator: boolean;
}

export type Graph = ReturnType<typeof createGraph>;

/** Every call rejects with a GraphError only. */
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

  /** An answer that is not what is documented counts as an outage: nothing is decided on it. */
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
    async add(oid: string, phoneNumber: string, phoneType: PhoneType): Promise<void> {
      await call('POST', methods(oid), { phoneNumber, phoneType });
    },
    async change(oid: string, id: string, phoneNumber: string, phoneType: PhoneType): Promise<void> {
      await call('PATCH', `${methods(oid)}/${encodeURIComponent(id)}`, { phoneNumber, phoneType });
    },
    /**
     * Groups and directory roles, also by nested groups. Without a cast to `directoryRole`: a cast needs the eventually
     * consistent index, and a role given a minute ago must count. Entries the gateway may not read in full still carry
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
