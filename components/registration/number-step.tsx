// The number is accepted in any familiar format and never rewritten while the user types.
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { errorText, language, sentences, t } from '../../lib/shared/language/translate.ts';
import { type ErrorKind, errorKinds, mayHaveTakenEffect } from '../../lib/shared/model/errors.ts';
import { countryName, firstCountry, isAllowed } from '../../lib/shared/phone/country.ts';
import type { TypedNumber } from '../../lib/shared/phone/parse.ts';
import { Announced, Button, Form, Note, Waiting, WithNumber } from '../elements/parts.tsx';
import { SelectField } from '../elements/select-field.tsx';
import { TextField } from '../elements/text-field.tsx';
import { CopyDetails, ErrorNote, LostNote } from '../notes/error-note.tsx';
import { OrganizationHelp } from '../notes/organization-help.tsx';
import { Reassurance } from '../notes/reassurance.tsx';
import { usePage, usePolicy } from '../page.ts';
import { phoneTypeName } from '../phones/method-name.tsx';
import {
  type AddPhoneProps,
  changeableTypes,
  freeTypes,
  idToSendAgain,
  type RegistrableType,
  type RegistrationStep,
} from '../view-model/registration.ts';

const loadNumbers = () => import('../../lib/shared/phone/parse.ts');
type Numbers = Awaited<ReturnType<typeof loadNumbers>>;

export function NumberStep(props: AddPhoneProps & { view: Extract<RegistrationStep, { step: 'number' }> }) {
  const { pageState, overview, changes, draft, onDraft, view } = props;
  const { account, connection, tiles } = overview;
  const { ask, dismiss } = usePage();
  const policy = usePolicy();
  const numbers = useSignal<Numbers | undefined>(undefined);
  const mistake = useSignal<'missing' | 'incomplete' | 'refused' | undefined>(undefined);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    void loadNumbers().then((loaded) => {
      numbers.value = loaded;
    });
  }, []);

  const first = firstCountry(navigator.languages, policy);
  const chosen = draft.country && isAllowed(draft.country, policy) ? draft.country : first;
  const typed = numbers.value?.parseTypedNumber(draft.phoneNumber, chosen);
  const types = changes ? changeableTypes(changes) : freeTypes(tiles.map(({ method }) => method));
  const type = types.find((free) => free === draft.type) ?? types[0];

  const { error, endedId } = view;
  const isOfThis = draft.sent === undefined || draft.sent.phoneNumber === typed?.phoneNumber;
  const isAtField = error && errorKinds[error.kind].shownAt === 'number-field';
  const aboutNumber = error && isAtField && (isOfThis || !typed) ? error : undefined;
  const close = () => {
    if (!endedId) return;
    onDraft({ over: endedId });
    dismiss(endedId);
  };

  // The field takes the focus when its error appears.
  const wrong = mistake.value ?? aboutNumber?.at;
  useLayoutEffect(() => {
    if (wrong) field.current?.focus();
  }, [wrong]);

  const send = async () => {
    if (view.isSending || !type) return;
    const { parseTypedNumber } = numbers.value ?? (await loadNumbers());
    const { phoneNumber, country } = parseTypedNumber(draft.phoneNumber, chosen);
    const isRefused = phoneNumber !== undefined && !isAllowed(country, policy);
    const wrongForm = draft.phoneNumber.trim() === '' ? 'missing' : phoneNumber ? undefined : 'incomplete';
    mistake.value = isRefused ? 'refused' : wrongForm;
    if (!phoneNumber || isRefused) {
      field.current?.focus();
      return;
    }
    const id = idToSendAgain({ phoneNumber, type }, draft, pageState.rows.verifications) ?? crypto.randomUUID();
    onDraft({ sent: { id, phoneNumber, type }, code: '', over: id === draft.over ? undefined : draft.over });
    const purpose = changes ? 'change' : 'add';
    ask({ kind: 'text-code', accountId: account.id, verificationId: id, type, purpose }, { phoneNumber });
  };

  if (!type) {
    const { title, help } = errorText('too-many-phones');
    return (
      <Note kind="info" title={title}>
        <p>{help}</p>
      </Note>
    );
  }
  return (
    <>
      <Reassurance changes={changes} />
      {/* Without `autoComplete`, Firefox writes the submitted number into its form history. */}
      <Form autoComplete="off" onSubmit={send}>
        <TextField
          label={t('number.label')}
          help={!aboutNumber && mistake.value !== 'refused' && <Preview typed={typed} />}
          error={fieldError(mistake.value, aboutNumber?.kind, changes !== undefined)}
          value={draft.phoneNumber}
          onType={(phoneNumber) => {
            mistake.value = undefined;
            onDraft({ phoneNumber });
          }}
          inputRef={field}
          input={{ type: 'tel', name: 'number', autocomplete: 'tel', readOnly: view.isSending }}
        />
        {aboutNumber && (
          <div class="actions">
            {aboutNumber.kind === 'number-in-use' && <Button label={t('action.try_again')} onClick={send} />}
            <CopyDetails subject={aboutNumber} connection={connection} account={account} />
          </div>
        )}
        {(mistake.value === 'refused' || aboutNumber?.kind === 'number-in-use') && <OrganizationHelp />}
        <CountrySelect
          numbers={numbers.value}
          typed={typed}
          chosen={chosen}
          onChoose={(country) => onDraft({ country })}
        />
        {types.length > 1 && (
          <SelectField
            label={t('number.use_as')}
            help={t('number.use_as_help')}
            value={type}
            onChoose={(next) => onDraft({ type: next as RegistrableType })}
          >
            {types.map((each) => (
              <option key={each} value={each}>
                {phoneTypeName(each)}
              </option>
            ))}
          </SelectField>
        )}
        <Announced>
          {error && !isAtField && (
            <ErrorNote error={error} connection={connection} account={account} onClose={close}>
              {mayHaveTakenEffect(error) && <p>{t('number.unknown_help')}</p>}
            </ErrorNote>
          )}
          {view.lost && <LostNote onRetry={send} onClose={() => dismiss(view.lost?.id ?? '')} />}
          {view.isSending && <Waiting>{t('number.sending')}</Waiting>}
        </Announced>
        <button type="submit" class="primary wide" aria-disabled={view.isSending}>
          {t('number.send')}
        </button>
      </Form>
    </>
  );
}

function fieldError(
  mistake: 'missing' | 'incomplete' | 'refused' | undefined,
  kind: ErrorKind | undefined,
  isChange: boolean,
) {
  if (mistake === 'missing') return t('number.missing');
  if (!mistake && !kind) return undefined;
  const wrong = mistake === 'refused' ? 'country-refused' : (kind ?? 'invalid-number');
  return sentences(errorText(wrong).title, numberHelp(wrong, isChange));
}

function numberHelp(kind: ErrorKind, isChange: boolean): string {
  if (kind === 'number-in-use') return isChange ? t('change.in_use_help') : t('number.in_use_help');
  return isChange && kind === 'already-registered' ? t('change.already_help') : errorText(kind).help;
}

/** Shows the number in international form, so that the user notices a wrong country. */
function Preview({ typed }: { typed: TypedNumber | undefined }) {
  if (!typed?.international) return <>{t('number.help')}</>;
  const { international: number, country } = typed;
  const sentence = country
    ? t('number.preview', { number, country: countryName(country, language) })
    : t('number.preview_alone', { number });
  return (
    <strong>
      <WithNumber sentence={sentence} masked={number} />
    </strong>
  );
}

function CountrySelect(props: {
  numbers: Numbers | undefined;
  typed: TypedNumber | undefined;
  chosen: string;
  onChoose: (country: string) => void;
}) {
  const { numbers, typed, chosen, onChoose } = props;
  const policy = usePolicy();
  const all = useMemo(() => numbers?.countries(language), [numbers]);
  // Each key press renders this component, so the elements are kept.
  const options = useMemo(() => {
    const some = all?.filter(({ code }) => code === typed?.country || isAllowed(code, policy));
    if (!some) return <option value={chosen}>{countryName(chosen, language)}</option>;
    return some.map(({ code, name, callingCode }) => (
      <option key={code} value={code}>
        {t('number.country_option', { country: name, code: callingCode })}
      </option>
    ));
  }, [all, typed?.country, chosen, policy.allowedCountries]);
  const hasCountryCode = typed?.hasCountryCode ?? false;
  return (
    <SelectField
      label={t('number.country')}
      help={hasCountryCode && t('number.country_typed')}
      value={typed?.country ?? (hasCountryCode ? '' : chosen)}
      disabled={hasCountryCode}
      onChoose={onChoose}
    >
      {hasCountryCode && typed?.country === undefined && <option value="">{t('number.no_country')}</option>}
      {options}
    </SelectField>
  );
}
