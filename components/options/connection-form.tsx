import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { browser } from '../../lib/shared/browser.ts';
import { t } from '../../lib/shared/language/translate.ts';
import { type CloudName, cloudNames, clouds, hostPermissions } from '../../lib/shared/model/clouds.ts';
import type { Command } from '../../lib/shared/model/commands.ts';
import { Announced, Waiting } from '../elements/parts.tsx';
import { TextField } from '../elements/text-field.tsx';
import { ErrorNote, LostNote } from '../notes/error-note.tsx';
import { usePage } from '../page.ts';
import { fieldOf } from '../view-model/connection.ts';
import { type PageState, type Progress, progressOfKind } from '../view-model/progress.ts';

interface Typed {
  cloud: CloudName;
  tenant: string;
  clientId: string;
  gatewayUrl: string;
  gatewayScope: string;
}

export interface ConnectionDraft {
  typed: Typed;
}

export const emptyConnection: ConnectionDraft = {
  typed: { cloud: 'global', tenant: '', clientId: '', gatewayUrl: '', gatewayScope: '' },
};

type FieldErrors = Partial<Record<NonNullable<ReturnType<typeof fieldOf>>, string>>;

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function trimmedOf(typed: Typed): Typed {
  return Object.fromEntries(Object.entries(typed).map(([field, text]) => [field, text.trim()])) as unknown as Typed;
}

function requestOf(typed: Typed): Extract<Command, { kind: 'connect' }>['connection'] {
  const { gatewayUrl: url, gatewayScope: scope, ...request } = typed;
  return { ...request, ...(url || scope ? { gateway: { url, scope } } : {}) };
}

/** Errors that are found before a request. */
function missing({ tenant, clientId, gatewayUrl, gatewayScope }: Typed): FieldErrors {
  return {
    ...(tenant ? {} : { tenant: t('connection.tenant_missing') }),
    ...(clientId === ''
      ? { clientId: t('connection.client_id_missing') }
      : guid.test(clientId)
        ? {}
        : { clientId: t('connection.client_id_invalid') }),
    ...(gatewayScope && !gatewayUrl ? { gatewayUrl: t('connection.gateway_url_missing') } : {}),
    ...(gatewayUrl && !gatewayScope ? { gatewayScope: t('connection.gateway_scope_missing') } : {}),
  };
}

/** The error of the last request, if the value of its field has not changed since. */
function refused(progress: Progress, typed: Typed): FieldErrors {
  if (progress.state !== 'failed' || progress.command.kind !== 'connect') return {};
  const field = fieldOf(progress.error);
  const { cloud, tenant, clientId, gateway } = progress.command.connection;
  const asked: Typed = {
    cloud,
    tenant,
    clientId,
    gatewayUrl: gateway?.url ?? '',
    gatewayScope: gateway?.scope ?? '',
  };
  if (!field || asked[field] !== typed[field] || cloud !== typed.cloud) return {};
  switch (field) {
    case 'clientId':
      return { clientId: t('connection.client_id_invalid') };
    case 'gatewayScope':
      return { gatewayScope: t('connection.gateway_scope_invalid') };
    case 'gatewayUrl':
      return { gatewayUrl: gatewayWords(progress.error.code) };
    case 'tenant':
      return {
        tenant:
          progress.error.code === 'invalid-tenant'
            ? t('connection.tenant_invalid')
            : t('connection.tenant_unknown', { tenant }),
      };
  }
}

function gatewayWords(code: string | undefined): string {
  if (code === 'gateway-unreachable') return t('connection.gateway_unreachable');
  return code === 'gateway-unknown' ? t('connection.gateway_unknown') : t('connection.gateway_url_invalid');
}

export function ConnectionForm({ pageState, draft }: { pageState: PageState; draft: Signal<ConnectionDraft> }) {
  const { ask, dismiss } = usePage();
  const form = useRef<HTMLFormElement>(null);
  const errors = useSignal<FieldErrors>({});
  const progress = progressOfKind(pageState, 'connect');
  const { typed } = draft.value;
  const trimmed = trimmedOf(typed);
  const shown = { ...refused(progress, trimmed), ...errors.value };
  const isRunning = progress.state === 'running';
  // A section that the user opened stays open while they clear a field.
  const showsGateway = useSignal(false);
  const isGatewayOpen =
    showsGateway.value || Boolean(typed.gatewayUrl || typed.gatewayScope || shown.gatewayUrl || shown.gatewayScope);
  const type = (change: Partial<Typed>) => {
    draft.value = { typed: { ...typed, ...change } };
  };

  // Focus the first field with an error.
  const wrong = Object.keys(shown)[0];
  useLayoutEffect(() => {
    if (wrong) form.current?.querySelector<HTMLInputElement>(`[name=${wrong}]`)?.focus();
  }, [wrong, progress.state]);

  useEffect(() => {
    if (progress.state !== 'done' || progress.command.kind !== 'connect') return;
    const { tenant, clientId } = progress.command.connection;
    if (tenant === trimmed.tenant && clientId === trimmed.clientId) draft.value = emptyConnection;
  }, [progress.state]);

  const submit = (event: Event) => {
    event.preventDefault();
    if (isRunning) return;
    errors.value = missing(trimmed);
    if (Object.keys(errors.value).length > 0) return;
    // Only within the click handler does the browser ask. If refused, only Retry-After cannot be read.
    const granted =
      trimmed.cloud === 'global'
        ? Promise.resolve()
        : browser.permissions.request({ origins: hostPermissions(trimmed.cloud) }).catch(() => {});
    void granted.then(() => ask({ kind: 'connect', connection: requestOf(trimmed) }));
  };

  return (
    <form ref={form} class="stack" onSubmit={submit} noValidate>
      <p class="hint">{t('options.organization_help')}</p>
      <label class="field">
        <span class="field-label">{t('connection.cloud')}</span>
        <select
          name="cloud"
          value={typed.cloud}
          onChange={(event) => type({ cloud: event.currentTarget.value as CloudName })}
        >
          {cloudNames.map((cloud) => (
            <option key={cloud} value={cloud}>
              {t(`connection.cloud_name.${cloud}`)}
            </option>
          ))}
        </select>
      </label>
      {!clouds[typed.cloud].smsSignIn && <p class="hint">{t('connection.sms_unavailable')}</p>}
      <TextField
        label={t('connection.tenant')}
        help={t('connection.tenant_help')}
        value={typed.tenant}
        error={shown.tenant}
        onType={(tenant) => type({ tenant })}
        input={{ name: 'tenant', autocomplete: 'off' }}
      />
      <TextField
        label={t('connection.client_id')}
        help={t('connection.client_id_help')}
        value={typed.clientId}
        error={shown.clientId}
        onType={(clientId) => type({ clientId })}
        input={{ name: 'clientId', autocomplete: 'off' }}
      />
      <details
        class="another"
        open={isGatewayOpen}
        onToggle={(event) => {
          showsGateway.value = event.currentTarget.open;
        }}
      >
        <summary>{t('connection.gateway')}</summary>
        <div class="stack">
          <p class="hint">{t('connection.gateway_help')}</p>
          <TextField
            label={t('connection.gateway_url')}
            help={t('connection.gateway_url_help')}
            value={typed.gatewayUrl}
            error={shown.gatewayUrl}
            onType={(gatewayUrl) => type({ gatewayUrl })}
            input={{ name: 'gatewayUrl', autocomplete: 'off', inputMode: 'url', placeholder: 'https://' }}
          />
          <TextField
            label={t('connection.gateway_scope')}
            help={t('connection.gateway_scope_help')}
            value={typed.gatewayScope}
            error={shown.gatewayScope}
            onType={(gatewayScope) => type({ gatewayScope })}
            input={{ name: 'gatewayScope', autocomplete: 'off', placeholder: 'api://…/PhoneVerification' }}
          />
        </div>
      </details>
      <Announced>
        {progress.state === 'failed' && !fieldOf(progress.error) && (
          <ErrorNote error={progress.error} onClose={() => dismiss(progress.id)} />
        )}
        {progress.state === 'lost' && (
          <LostNote onRetry={() => ask(progress.command)} onClose={() => dismiss(progress.id)} />
        )}
      </Announced>
      <div class="actions">
        <button type="submit" class="primary" aria-disabled={isRunning}>
          {t('connection.save')}
        </button>
        <Announced>{isRunning && <Waiting>{t('connection.checking')}</Waiting>}</Announced>
      </div>
    </form>
  );
}
