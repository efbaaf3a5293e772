import { type Signal, useSignal } from '@preact/signals';
import type { InputHTMLAttributes } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { flat, t } from '../../lib/shared/language/translate.ts';
import { type CloudName, cloudNames, clouds, hostPermissions } from '../../lib/shared/model/clouds.ts';
import { requestPermission } from '../data/host-permissions.ts';
import { Announced, Form, Waiting } from '../elements/parts.tsx';
import { SelectField } from '../elements/select-field.tsx';
import { TextField } from '../elements/text-field.tsx';
import { ErrorNote } from '../notes/error-note.tsx';
import { ProgressNote } from '../notes/progress-note.tsx';
import { usePage } from '../page.ts';
import { fieldOf } from '../view-model/connection.ts';
import { type PageState, type Progress, progressOfKind } from '../view-model/progress.ts';

export const emptyConnection = {
  typed: { cloud: 'global' as CloudName, tenant: '', clientId: '', gatewayUrl: '', gatewayScope: '' },
};
export type ConnectionDraft = typeof emptyConnection;
type Typed = ConnectionDraft['typed'];

/** In the message keys of each field. */
const fieldKeys = {
  tenant: 'tenant',
  clientId: 'client_id',
  gatewayUrl: 'gateway_url',
  gatewayScope: 'gateway_scope',
} as const;
type Field = keyof typeof fieldKeys;
type FieldErrors = Partial<Record<Field, string>>;

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Errors that are found before a request. */
function inputErrors({ tenant, clientId, gatewayUrl, gatewayScope }: Typed): FieldErrors {
  const errors: FieldErrors = {};
  if (!tenant) errors.tenant = t('connection.tenant_missing');
  if (!clientId) errors.clientId = t('connection.client_id_missing');
  else if (!guid.test(clientId)) errors.clientId = t('connection.client_id_invalid');
  if (gatewayScope && !gatewayUrl) errors.gatewayUrl = t('connection.gateway_url_missing');
  if (gatewayUrl && !gatewayScope) errors.gatewayScope = t('connection.gateway_scope_missing');
  return errors;
}

/** The error of the last request, if the value of its field has not changed since. */
function requestError(progress: Progress, typed: Typed): FieldErrors {
  if (progress.state !== 'failed' || progress.command.kind !== 'connect') return {};
  const { gateway, ...request } = progress.command.connection;
  const requested: Typed = { ...request, gatewayUrl: gateway?.url ?? '', gatewayScope: gateway?.scope ?? '' };
  const field = fieldOf(progress.error);
  if (!field || requested[field] !== typed[field] || requested.cloud !== typed.cloud) return {};
  return { [field]: requestErrorText(field, progress.error.code, request.tenant) };
}

function requestErrorText(field: Field, code: string | undefined, tenant: string): string {
  if (code === 'gateway-unreachable' || code === 'gateway-unknown') return t(`connection.${flat(code)}`);
  const cloud = cloudNames.find((name) => code === `tenant-in-${name}`);
  if (cloud) return t('connection.tenant_elsewhere', { tenant, cloud: t(`connection.cloud_name.${cloud}`) });
  if (field === 'tenant' && code !== 'invalid-tenant') return t('connection.tenant_unknown', { tenant });
  return t(`connection.${fieldKeys[field]}_invalid`);
}

export function ConnectionForm({ pageState, draft }: { pageState: PageState; draft: Signal<ConnectionDraft> }) {
  const { ask, dismiss } = usePage();
  const form = useRef<HTMLFormElement>(null);
  const errors = useSignal<FieldErrors>({});
  const progress = progressOfKind(pageState, 'connect');
  const { typed } = draft.value;
  const trimmed = Object.fromEntries(Object.entries(typed).map(([name, text]) => [name, text.trim()])) as Typed;
  const shown = { ...requestError(progress, trimmed), ...errors.value };
  const isRunning = progress.state === 'running';
  // A section that the user opened stays open while they clear a field.
  const showsGateway = useSignal(false);
  const isGatewayOpen =
    showsGateway.value || Boolean(typed.gatewayUrl || typed.gatewayScope || shown.gatewayUrl || shown.gatewayScope);
  const change = (field: keyof Typed, value: string) => (draft.value = { typed: { ...typed, [field]: value } });
  const field = (name: Field, input?: InputHTMLAttributes<HTMLInputElement>) => (
    <TextField
      label={t(`connection.${fieldKeys[name]}`)}
      help={t(`connection.${fieldKeys[name]}_help`)}
      value={typed[name]}
      error={shown[name]}
      onType={(value) => change(name, value)}
      input={{ name, autocomplete: 'off', ...input }}
    />
  );

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

  const submit = async () => {
    if (isRunning) return;
    errors.value = inputErrors(trimmed);
    if (Object.keys(errors.value).length > 0) return;
    // If the user refuses, only Retry-After cannot be read.
    if (trimmed.cloud !== 'global') await requestPermission(hostPermissions(trimmed.cloud));
    const { gatewayUrl: url, gatewayScope: scope, ...request } = trimmed;
    ask({ kind: 'connect', connection: { ...request, ...(url || scope ? { gateway: { url, scope } } : {}) } });
  };

  return (
    <Form formRef={form} onSubmit={submit}>
      <p class="hint">{t('options.organization_help')}</p>
      <SelectField
        label={t('connection.cloud')}
        help={!clouds[typed.cloud].smsSignIn && t('connection.sms_unavailable')}
        value={typed.cloud}
        onChoose={(cloud) => change('cloud', cloud)}
      >
        {cloudNames.map((cloud) => (
          <option key={cloud} value={cloud}>
            {t(`connection.cloud_name.${cloud}`)}
          </option>
        ))}
      </SelectField>
      {field('tenant')}
      {field('clientId')}
      <details
        class="another"
        open={isGatewayOpen}
        onToggle={(event) => (showsGateway.value = event.currentTarget.open)}
      >
        <summary>{t('connection.gateway')}</summary>
        <div class="stack">
          <p class="hint">{t('connection.gateway_help')}</p>
          {field('gatewayUrl', { inputMode: 'url', placeholder: 'https://' })}
          {field('gatewayScope', { placeholder: 'api://…/PhoneVerification' })}
        </div>
      </details>
      <Announced>
        {progress.state === 'failed' && !fieldOf(progress.error) && (
          <ErrorNote error={progress.error} onClose={() => dismiss(progress.id)} />
        )}
        {progress.state === 'lost' && <ProgressNote progress={progress} />}
      </Announced>
      <div class="actions">
        <button type="submit" class="primary" aria-disabled={isRunning}>
          {t('connection.save')}
        </button>
        <Announced>{isRunning && <Waiting>{t('connection.checking')}</Waiting>}</Announced>
      </div>
    </Form>
  );
}
