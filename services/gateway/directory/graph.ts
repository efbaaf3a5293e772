// Microsoft Graph v1.0: reads and writes a user's phones, reads memberships and Conditional Access policies.
import { randomUUID } from 'node:crypto';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import * as v from 'valibot';
import type { Fetch } from '../outgoing.ts';
import type { ApplicationToken } from './application-token.ts';
import { GraphError, noAnswer, retryAfterOf } from './graph-error.ts';

export type PhoneType = 'mobile' | 'alternateMobile' | 'office';

/** The list may hold methods of other types, and everything but the id may be null. */
const Phone = v.object({
  id: v.string(),
  phoneType: v.fallback(v.string(), 'unknown'),
  phoneNumber: v.fallback(v.string(), ''),
  smsSignInState: v.fallback(v.optional(v.string()), undefined),
});
export type Phone = v.InferOutput<typeof Phone>;

/** The shortest end of a number without its country code that identifies it. */
const minimumDigits = 8;

/** @param e164 white space is allowed */
export function isSameNumber({ phoneNumber: stored }: Phone, e164: string): boolean {
  const wanted = e164.replace(/\s/g, '');
  // Removes a trunk zero.
  const parsed = parsePhoneNumberFromString(stored);
  if (parsed) return parsed.number === wanted && !parsed.ext;
  const digits = stored.replace(/\D/g, '').replace(/^0+/, '');
  return digits.length >= minimumDigits && wanted.endsWith(digits);
}

/** Both are returned only on `$select`. */
const Account = v.object({ userType: v.nullish(v.string()), userPrincipalName: v.string() });
export type Account = v.InferOutput<typeof Account>;

const Membership = v.object({ id: v.string(), '@odata.type': v.optional(v.string()) });
const Page = v.object({ value: v.array(v.unknown()), '@odata.nextLink': v.nullish(v.string()) });
const ErrorBody = v.object({ error: v.object({ code: v.string() }) });

const timeoutMs = 10_000;
/** Of at most 999 entries each; longer lists are refused. */
const maximumPages = 10;

export interface Memberships {
  ids: ReadonlySet<string>;
  isAdministrator: boolean;
}

export type Graph = ReturnType<typeof createGraph>;

/** Every function rejects only with a GraphError. */
export function createGraph(origin: string, token: ApplicationToken, fetch: Fetch) {
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
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => (error instanceof GraphError ? Promise.reject(error) : noAnswer(error)));
    const text = await response.text().catch(noAnswer);
    const answer = parseJson(text);
    if (response.ok) return answer;
    if (response.status === 401) token.forget();
    const code = v.safeParse(ErrorBody, answer);
    const requestId = response.headers.get('request-id');
    const retryAfterMs = retryAfterOf(response, Date.now());
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

  /** @returns the entries of all pages */
  async function list(first: string): Promise<unknown[]> {
    const entries: unknown[] = [];
    let url: string | null | undefined = first;
    for (let page = 0; url; page++) {
      if (page === maximumPages || URL.parse(url)?.origin !== origin)
        throw new GraphError({ status: 503, code: 'unexpected-answer' });
      const answer: v.InferOutput<typeof Page> = read(Page, await call('GET', url));
      entries.push(...answer.value);
      url = answer['@odata.nextLink'];
    }
    return entries;
  }

  const methods = (oid: string) => `${origin}/v1.0/users/${oid}/authentication/phoneMethods`;

  return {
    async phones(oid: string): Promise<Phone[]> {
      return (await list(methods(oid))).filter((entry) => v.is(Phone, entry)).map((entry) => v.parse(Phone, entry));
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
    /** Source: Graph, "List policies" of `conditionalAccessRoot`. */
    conditionalAccessPolicies: (): Promise<unknown[]> => list(`${origin}/v1.0/identity/conditionalAccess/policies`),
    account: async (oid: string): Promise<Account> =>
      read(Account, await call('GET', `${origin}/v1.0/users/${oid}?$select=userType,userPrincipalName`)),
    /**
     * Groups and directory roles, nested ones included. No cast to `directoryRole`, because a cast reads the eventually
     * consistent index, which lacks roles of the last minutes. Entries that the gateway may not read in full still have
     * `id` and `@odata.type` (Graph, "Limited information returned for inaccessible member objects").
     */
    async memberships(oid: string): Promise<Memberships> {
      const entries = await list(`${origin}/v1.0/users/${oid}/transitiveMemberOf?$select=id&$top=999`);
      const memberships = read(v.array(Membership), entries);
      return {
        ids: new Set(memberships.map(({ id }) => id.toLowerCase())),
        isAdministrator: memberships.some((each) => each['@odata.type'] === '#microsoft.graph.directoryRole'),
      };
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
