// Registering a phone number here, by a code that the organization's gateway texts: the number, the code, the end.
import { useEffect } from 'preact/hooks';
import { t } from '../lib/language/words.ts';
import { CodeStep } from './code-step.tsx';
import { NumberStep } from './number-step.tsx';
import type { AccountOverview, Known } from './overview.ts';
import { usePage } from './page.tsx';
import { Announced, Note } from './parts.tsx';
import { RegisteredStep } from './registered-step.tsx';
import { type AddingDraft, registrationStep } from './registration.ts';
import { StepTitle } from './step-title.tsx';
import { StepUpStep } from './step-up-step.tsx';

export interface InlineProps {
  known: Known;
  overview: AccountOverview;
  draft: AddingDraft;
  onDraft: (change: Partial<AddingDraft>) => void;
}

export function AddPhoneInline(props: InlineProps & { onBack: () => void; onHome: () => void }) {
  const { known, overview, draft, onDraft, onBack, onHome } = props;
  const { ask } = usePage();
  const view = registrationStep(known, draft);
  const isRegistered = view.step === 'registered';

  // A full number is kept no longer than it is needed.
  useEffect(() => {
    if (isRegistered) onDraft({ number: '', code: '', sent: undefined });
  }, [isRegistered]);

  const titles = {
    number: t('add.phone_title'),
    'step-up': t('add.phone_title'),
    code: t('code.title'),
    registered: t('registered.title'),
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
      <Announced>{isRegistered && <Note kind="success" title={t('registered.verified')} />}</Announced>
      {view.step === 'number' && (
        <NumberStep known={known} overview={overview} draft={draft} onDraft={onDraft} view={view} />
      )}
      {view.step === 'step-up' && (
        <StepUpStep overview={overview} view={view} onCancel={() => startAgain(view.verification.id)} />
      )}
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
