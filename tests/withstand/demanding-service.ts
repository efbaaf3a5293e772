// A service in front of the sandbox that demands claims. A token satisfies a claim if its request asked for it and a completed
// sign-in has asked for it too.
import { clouds } from '../../lib/shared/model/clouds.ts';
import type { Service } from '../browser-in-memory.ts';

export interface Demand {
  /** A claims request. */
  claims: object;
  /** @param scope of a token request */
  appliesTo(request: Request, scope: string): boolean;
  /** No sign-in satisfies it. */
  isNeverMet?: boolean;
  /** A silent sign-in satisfies it. */
  isMetSilently?: boolean;
  /** Of the header; by default Base64. */
  encode?(claims: string): string;
}

const isTokenEndpoint = (request: Request) => request.url.endsWith('/token');

/** Each claim with its value, as one text. */
function claimsIn(text: string | null): string[] {
  const { access_token: claims } = JSON.parse(text ?? '{}') as { access_token?: object };
  return Object.entries(claims ?? {}).map((claim) => JSON.stringify(claim));
}

export class DemandingService implements Service {
  readonly #inner: Service;
  demands: Demand[] = [];
  /** A silent sign-in without demanded claims is refused too. */
  hasSession = true;
  /** The error of the authorization answer to a sign-in in a window. */
  errorInWindow: string | undefined;
  readonly windows: URL[] = [];
  readonly silentSignIns: URL[] = [];
  readonly tokenRequests: URLSearchParams[] = [];
  /** The refused requests. */
  readonly refused: Request[] = [];
  #met: string[] = [];
  #authorized: string[] = [];
  readonly #claimsOfToken = new Map<string, string[]>();

  constructor(inner: Service) {
    this.#inner = inner;
  }

  claimsOf(url: URL | undefined): string {
    return url?.searchParams.get('claims') ?? '';
  }

  async signIn(url: URL, interactive: boolean): Promise<string> {
    const asked = claimsIn(url.searchParams.get('claims'));
    (interactive ? this.windows : this.silentSignIns).push(url);
    const isRefused = !this.hasSession || this.demands.some((demand) => !demand.isMetSilently && !this.#isMet(demand));
    const isRefusedSilently = !interactive && isRefused && (asked.length > 1 || !this.hasSession);
    const error = interactive ? this.errorInWindow : isRefusedSilently && 'interaction_required';
    if (error) {
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.search = String(new URLSearchParams({ error, state: url.searchParams.get('state') ?? '' }));
      return back.href;
    }
    this.#met = [...this.#met, ...asked];
    this.#authorized = asked;
    return this.#inner.signIn(url, interactive);
  }

  async fetch(request: Request): Promise<Response> {
    const form = new URLSearchParams(isTokenEndpoint(request) ? await request.clone().text() : '');
    const token = request.headers.get('authorization')?.slice('Bearer '.length) ?? '';
    const asked = form.has('refresh_token') ? claimsIn(form.get('claims')) : [];
    const demand = this.demands.find((each) => {
      const isAskedFor = claimsIn(JSON.stringify(each.claims)).every((claim) => asked.includes(claim));
      return (isAskedFor || each.appliesTo(request, form.get('scope') ?? '')) && !this.#isMet(each, token);
    });
    if (isTokenEndpoint(request)) this.tokenRequests.push(form);
    if (demand) {
      this.refused.push(request);
      return refusal(request, demand);
    }
    const answer = await this.#inner.fetch(request);
    if (!isTokenEndpoint(request) || !answer.ok) return answer;
    const { access_token } = (await answer.clone().json()) as { access_token: string };
    const isCode = form.get('grant_type') === 'authorization_code';
    this.#claimsOfToken.set(access_token, isCode ? this.#authorized : asked.filter((each) => this.#met.includes(each)));
    return answer;
  }

  #isMet({ claims, isNeverMet, isMetSilently }: Demand, token?: string): boolean {
    if (isNeverMet) return false;
    const demanded = claimsIn(JSON.stringify(claims));
    if (isMetSilently) this.#met.push(...demanded);
    const satisfied = token ? (this.#claimsOfToken.get(token) ?? []) : this.#met;
    return demanded.every((claim) => satisfied.includes(claim));
  }
}

function refusal(request: Request, { claims, encode = btoa }: Demand): Response {
  const text = JSON.stringify(claims);
  const { host } = new URL(request.url);
  if (isTokenEndpoint(request)) {
    return Response.json(
      {
        error: 'interaction_required',
        error_description: 'AADSTS50076: Due to a configuration change, you must use multi-factor authentication.',
        error_codes: [50076],
        suberror: 'basic_action',
        claims: text,
      },
      { status: 400 },
    );
  }
  if (host !== clouds.global.graph) {
    const type = 'urn:phone-sign-in:problem:needs-step-up';
    return Response.json({ type, title: type, status: 401, now: Date.now(), claims: text }, { status: 401 });
  }
  const challenge = `Bearer realm="", error="insufficient_claims", claims="${encode(text)}"`;
  return Response.json(
    { error: { code: 'InvalidAuthenticationToken', message: 'Continuous access evaluation resulted in challenge.' } },
    { status: 401, headers: { 'www-authenticate': challenge } },
  );
}
