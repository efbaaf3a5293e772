// Registering a phone number here, or changing one, by a code that the organization's gateway texts: the number, the code, the
// end.
import { useEffect } from 'preact/hooks';
import { t } from '../../lib/shared/language/translate.ts';
import type { CachedMethod } from '../../lib/shared/model/rows.ts';
import { Announced, Note } from '../elements/parts.tsx';
import { StepTitle } from '../elements/step-title.tsx';
import { StepUpNote } from '../notes/step-up-note.tsx';
import { usePage } from '../page.ts';
import type { AccountOverview } from '../view-model/accounts.ts';
import type { PageState } from '../view-model/progress.ts';
import { type AddingDraft, type RegistrationStep, registrationStep } from '../view-model/registration.ts';
import { CodeStep } from './code-step.tsx';
import { NumberStep } from './number-step.tsx';
import { RegisteredStep } from './registered-step.tsx';

export interface InlineProps {
  pageState: PageState;
  overview: AccountOverview;
  /** The method whose number is to be changed; none where a further one is added. */
  changes: CachedMethod | undefined;
  draft: AddingDraft;
  onDraft: (change: Partial<AddingDraft>) => void;
}

export function AddPhoneInline(props: InlineProps & { onBack: () => void; onHome: () => void }) {
  const { pageState, overview, changes, draft, onDraft, onBack, onHome } = props;
  const { ask, dismiss } = usePage();
  const view = registrationStep(pageState, draft);
  const isRegistered = view.step === 'registered';

  // A full number is kept no longer than it is needed.
  useEffect(() => {
    if (isRegistered) onDraft({ number: '', code: '', sent: undefined });
  }, [isRegistered]);

  // What waits for its code comes first, and may be for something else than was just chosen.
  const isChange = view.step === 'number' ? changes !== undefined : view.verification.purpose === 'change';
  const numberTitle = isChange ? t('change.title') : t('add.phone_title');
  const titles = {
    number: numberTitle,
    'step-up': view.step === 'step-up' && view.waiting === 'confirm-code' ? t('code.title') : numberTitle,
    code: t('code.title'),
    registered: isChange ? t('change.done') : t('registered.title'),
  };
  /** Back at the number, with what was typed. */
  const startAgain = (verificationId: string) => {
    onDraft({ over: verificationId, code: '' });
    ask({ kind: 'cancel-verification', accountId: draft.accountId, verificationId });
  };
  const leave = () => {
    if (isRegistered) onDraft({ over: view.verification.id });
    onHome();
  };
  return (
    <>
      <StepTitle key={view.step} title={titles[view.step]} onBack={view.step === 'number' ? onBack : leave} />
      {/* There before the end comes, so that it is spoken. */}
      <Announced>
        {isRegistered && <Note kind="success" title={isChange ? t('change.verified') : t('registered.verified')} />}
      </Announced>
      {view.step === 'number' && (
        <NumberStep
          pageState={pageState}
          overview={overview}
          changes={changes}
          draft={draft}
          onDraft={onDraft}
          view={view}
        />
      )}
      <Announced>
        {view.step === 'step-up' && (
          <StepUpNote
            title={stepUpTitle(view)}
            commandId={view.commandId}
            signIn={view.signIn}
            connection={overview.connection}
            account={overview.account}
            onCancel={() => {
              if (view.commandId) dismiss(view.commandId);
              // At the code, that is still what the person is at.
              if (view.waiting === 'text-code') startAgain(view.verification.id);
            }}
          >
            <p>{view.waiting === 'confirm-code' ? t('code.step_up_help') : t('number.step_up_help')}</p>
          </StepUpNote>
        )}
      </Announced>
      {view.step === 'code' && (
        <CodeStep
          overview={overview}
          draft={draft}
          onDraft={onDraft}
          view={view}
          onStartAgain={() => startAgain(view.verification.id)}
        />
      )}
      {view.step === 'registered' && <RegisteredStep overview={overview} view={view} onDone={leave} />}
    </>
  );
}

function stepUpTitle({ signedOut, waiting }: Extract<RegistrationStep, { step: 'step-up' }>): string {
  if (!signedOut) return t('step_up.title');
  return waiting === 'confirm-code' ? t('code.signed_out') : t('number.signed_out');
}
