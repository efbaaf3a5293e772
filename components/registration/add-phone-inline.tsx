// Registers or changes a number by a one-time code of the organization's gateway.
import { useEffect } from 'preact/hooks';
import { t } from '../../lib/shared/language/translate.ts';
import { StepTitle } from '../elements/heading.tsx';
import { Announced, Note } from '../elements/parts.tsx';
import { StepUpNote } from '../notes/progress-note.tsx';
import { usePage } from '../page.ts';
import { type AddPhoneProps, type RegistrationStep, registrationStep } from '../view-model/registration.ts';
import { CodeStep } from './code-step.tsx';
import { NumberStep } from './number-step.tsx';
import { RegisteredStep } from './registered-step.tsx';

export function AddPhoneInline(props: AddPhoneProps & { onBack: () => void; onHome: () => void }) {
  const { pageState, overview, changes, draft, onDraft, onBack, onHome } = props;
  const { ask, dismiss } = usePage();
  const view = registrationStep(pageState, draft);
  const isRegistered = view.step === 'registered';

  // The draft keeps a full number no longer than needed.
  useEffect(() => {
    if (isRegistered) onDraft({ phoneNumber: '', code: '', sent: undefined });
  }, [isRegistered]);

  // An open verification may have another purpose than the one just chosen.
  const isChange = view.step === 'number' ? changes !== undefined : view.verification.purpose === 'change';
  const numberTitle = isChange ? t('change.title') : t('add.phone_title');
  const titles = {
    number: numberTitle,
    'step-up': view.step === 'step-up' && view.waiting === 'confirming' ? t('code.title') : numberTitle,
    code: t('code.title'),
    registered: isChange ? t('change.done') : t('registered.title'),
  };
  /** The typed number stays in the draft. */
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
      {/* A live region announces only what is added to it. */}
      <Announced>
        {isRegistered && <Note kind="success" title={isChange ? t('change.verified') : t('registered.verified')} />}
      </Announced>
      {view.step === 'number' && <NumberStep {...props} view={view} />}
      <Announced>
        {view.step === 'step-up' && (
          <StepUpNote
            title={stepUpTitle(view)}
            waitingId={view.verification.id}
            signIn={view.signIn}
            connection={overview.connection}
            account={overview.account}
            onCancel={() => {
              if (view.waiting === 'sending') startAgain(view.verification.id);
              else dismiss(view.verification.id);
            }}
          >
            <p>{view.waiting === 'confirming' ? t('code.step_up_help') : t('number.step_up_help')}</p>
          </StepUpNote>
        )}
      </Announced>
      {view.step === 'code' && (
        <CodeStep {...props} view={view} onStartAgain={() => startAgain(view.verification.id)} />
      )}
      {view.step === 'registered' && <RegisteredStep overview={overview} view={view} onDone={leave} />}
    </>
  );
}

function stepUpTitle({ signedOut, waiting }: Extract<RegistrationStep, { step: 'step-up' }>): string {
  if (!signedOut) return t('step_up.title');
  return waiting === 'confirming' ? t('code.signed_out') : t('number.signed_out');
}
