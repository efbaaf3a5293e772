// Connecting to an organization: what is typed stays, whatever happens, and what is wrong is said at the field it is about.
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks';
import { type CloudName, clouds, originsOf } from '../lib/identity/entra/clouds.ts';
import { t } from '../lib/language/words.ts';
import { browser } from '../lib/platform/browser.ts';
import { ErrorNote, LostNote } from './error-note.tsx';
import { fieldOf, type Known, type Progress, progressOfKind } from './overview.ts';
import { usePage } from './page.tsx';
import { Announced, Waiting } from './parts.tsx';

interface Typed {
  cloud: CloudName;
  tenant: string;
  clientId: string;
}

export interface ConnectionDraft {
  typed: Typed;
}

export const emptyConnection: ConnectionDraft = { typed: { cloud: 'global', tenant: '', clientId: '' } };

type FieldErrors = Partial<Record<'tenant' | 'clientId', string>>;

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What can be told without asking anybody. */
function missing({ tenant, clientId }: Typed): FieldErrors {
  return {
    ...(tenant ? {} : { tenant: t('connection.tenant_missing') }),
    ...(clientId === ''
      ? { clientId: t('connection.client_id_missing') }
      : guid.test(clientId)
        ? {}
        : { clientId: t('connection.client_id_invalid') }),
  };
}

/** What the service said about a field, as long as that field still holds what was asked about. */
function refused(progress: Progress, typed: Typed): FieldErrors {
  if (progress.state !== 'failed' || progress.command.kind !== 'connect') return {};
  const field = fieldOf(progress.error);
  const { connection } = progress.command;
  if (!field || connection[field] !== typed[field] || connection.cloud !== typed.cloud) return {};
  if (field === 'clientId') return { clientId: t('connection.client_id_invalid') };
  return {
    tenant:
      progress.error.code === 'invalid-tenant'
        ? t('connection.tenant_invalid')
        : t('connection.tenant_unknown', { tenant: connection.tenant }),
  };
}

export function ConnectionForm({ known, draft }: { known: Known; draft: Signal<ConnectionDraft> }) {
  const { ask, dismiss } = usePage();
  const form = useRef<HTMLFormElement>(null);
  const errors = useSignal<FieldErrors>({});
  const progress = progressOfKind(known, 'connect');
  const { typed } = draft.value;
  const trimmed: Typed = { cloud: typed.cloud, tenant: typed.tenant.trim(), clientId: typed.clientId.trim() };
  const shown = { ...refused(progress, trimmed), ...errors.value };
  const isRunning = progress.state === 'running';
  const type = (change: Partial<Typed>) => {
    draft.value = { typed: { ...typed, ...change } };
  };

  // The person is led to what has to be changed, when it is said.
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
    // Right at the click, or the browser refuses to ask. Withheld, all works but for reading how long to wait.
    const granted =
      trimmed.cloud === 'global'
        ? Promise.resolve()
        : browser.permissions.request({ origins: originsOf(trimmed.cloud) }).catch(() => {});
    void granted.then(() => ask({ kind: 'connect', connection: trimmed }));
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
          {(Object.keys(clouds) as CloudName[]).map((cloud) => (
            <option key={cloud} value={cloud}>
              {t(`connection.cloud_name.${cloud}`)}
            </option>
          ))}
        </select>
      </label>
      {!clouds[typed.cloud].smsSignIn && <p class="hint">{t('connection.sms_unavailable')}</p>}
      <TextField
        name="tenant"
        label={t('connection.tenant')}
        help={t('connection.tenant_help')}
        value={typed.tenant}
        error={shown.tenant}
        onType={(tenant) => type({ tenant })}
      />
      <TextField
        name="clientId"
        label={t('connection.client_id')}
        help={t('connection.client_id_help')}
        value={typed.clientId}
        error={shown.clientId}
        onType={(clientId) => type({ clientId })}
      />
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

function TextField(props: {
  name: string;
  label: string;
  help: string;
  value: string;
  error: string | undefined;
  onType: (value: string) => void;
}) {
  const { name, label, help, value, error, onType } = props;
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <input
        id={id}
        name={name}
        value={value}
        // Ids and domains are written left to right in every language.
        dir="ltr"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-help ${id}-error`}
        onInput={(event) => onType(event.currentTarget.value)}
      />
      <p id={`${id}-error`} class="field-error">
        {error}
      </p>
      <p id={`${id}-help`} class="hint">
        {help}
      </p>
    </div>
  );
}
