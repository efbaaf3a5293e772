// Step in which the user enters the one-time code.
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { relativeTime } from '../../lib/shared/language/relative-time.ts';
import { counted, errorText, language, sentences, t } from '../../lib/shared/language/translate.ts';
import type { Connection } from '../../lib/shared/model/rows.ts';
import { parseCode } from '../../lib/shared/phone/one-time-code.ts';
import { Announced, Button, Form, Note, Waiting, WithNumber } from '../elements/parts.tsx';
import { TextField } from '../elements/text-field.tsx';
import { CopyDetails, ErrorNote, LostNote } from '../notes/error-note.tsx';
import { OrganizationHelp } from '../notes/organization-help.tsx';
import { SignInProgress } from '../notes/progress-note.tsx';
import { usePage } from '../page.ts';
import type { AddPhoneProps, CodeError, RegistrationStep } from '../view-model/registration.ts';
import { useCountdown } from './countdown.tsx';

type CodeView = Extract<RegistrationStep, { step: 'code' }>;

/** Used until the gateway reports the length. */
const usualLength = 6;
const timeFormat = new Intl.DateTimeFormat(language, { timeStyle: 'short' });

export function CodeStep(props: AddPhoneProps & { view: CodeView; onStartAgain: () => void }) {
  const { overview, draft, onDraft, view, onStartAgain } = props;
  const { account, connection } = overview;
  const { verification, isConfirming, isResending, wasResent, error, lost } = view;
  const { challenge } = verification;
  const length = challenge?.codeLength ?? usualLength;
  const { ask, dismiss } = usePage();
  const isIncomplete = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  const command = { accountId: account.id, verificationId: verification.id };
  const hasEnded = error?.at === 'end';
  const retryAt = (error?.details.kind === 'send-throttled' && error.details.retryAt) || 0;

  // The field takes the focus when its error appears.
  const wrongAt = error?.at === 'field' && !isConfirming ? error.details.at : undefined;
  useLayoutEffect(() => {
    if (wrongAt) field.current?.focus();
  }, [wrongAt]);

  const confirm = () => {
    if (isConfirming) return;
    const code = parseCode(draft.code, length);
    isIncomplete.value = code === undefined;
    if (code === undefined) field.current?.focus();
    else ask({ kind: 'confirm-code', ...command }, { code });
  };
  const resend = () => {
    if (!isResending) ask({ kind: 'resend-code', ...command });
  };

  return (
    <>
      {challenge && (
        <p>
          <WithNumber
            sentence={t('code.sent_to', { number: challenge.sentTo, time: timeFormat.format(challenge.sentAt) })}
            masked={challenge.sentTo}
          />
        </p>
      )}
      <Announced>
        {wasResent && !hasEnded && <p>{t('code.resent')}</p>}
        {error && error.at !== 'field' && <CodeNote overview={overview} error={error} onStartAgain={onStartAgain} />}
        {lost && (
          <LostNote onRetry={lost.command.kind === 'resend-code' ? resend : confirm} onClose={() => dismiss(lost.id)} />
        )}
      </Announced>
      {!hasEnded && (
        <>
          <Form onSubmit={confirm}>
            <TextField
              label={t('code.label')}
              help={counted('code.help', length)}
              error={isConfirming ? undefined : fieldError(isIncomplete.value, length, error, challenge?.attemptsLeft)}
              value={draft.code}
              onType={(code) => {
                isIncomplete.value = false;
                onDraft({ code });
              }}
              inputRef={field}
              input={{
                name: 'code',
                class: 'code',
                inputMode: 'numeric',
                autocomplete: 'one-time-code',
                readOnly: isConfirming,
              }}
            />
            <button type="submit" class="primary wide" aria-disabled={isConfirming}>
              {t('code.next')}
            </button>
            <Announced>
              {isConfirming && <Waiting help={t('code.confirming_help')}>{t('code.confirming')}</Waiting>}
            </Announced>
          </Form>
          <Resend
            at={Math.max(challenge?.resendAt ?? 0, retryAt)}
            isResending={isResending}
            isIdle={!isConfirming}
            onResend={resend}
          />
          <TextSample connection={connection} />
          <NotReceived onChange={onStartAgain} />
        </>
      )}
    </>
  );
}

function fieldError(
  isIncomplete: boolean,
  length: number,
  error: CodeError | undefined,
  attemptsLeft: number | undefined,
) {
  if (isIncomplete) return counted('code.incomplete', length);
  if (error?.at !== 'field') return undefined;
  const { title, help } = errorText(error.details.kind);
  const left = error.details.attemptsLeft ?? attemptsLeft;
  return sentences(title, help, left !== undefined && counted('code.attempts_left', left));
}

/** An error that is not about the typed code. */
function CodeNote(props: { overview: AddPhoneProps['overview']; error: CodeError; onStartAgain: () => void }) {
  const { overview, error, onStartAgain } = props;
  const { ask, surface } = usePage();
  const { account, connection, signIn } = overview;
  const about = { connection, account };
  const { details } = error;
  if (error.at === 'end') {
    const startAgain = <Button label={t('code.start_again')} class="primary" onClick={onStartAgain} />;
    return <ErrorNote error={details} {...about} actions={startAgain} />;
  }
  if (details.kind === 'signed-out') {
    const start = () =>
      ask({ kind: 'sign-in', connectionId: connection.id, loginHint: account.loginHint, from: surface });
    const progress = <SignInProgress progress={signIn} {...about} onRetry={start} />;
    if (signIn.state === 'running') return progress;
    return (
      <>
        {progress}
        <Note
          kind="info"
          title={errorText('signed-out').title}
          actions={<Button label={t('action.sign_in')} class="primary" onClick={start} />}
        >
          <p>{t('code.sign_in_help')}</p>
        </Note>
      </>
    );
  }
  if (details.kind === 'send-failed') {
    return (
      <Note kind="warning" title={t('code.send_doubtful')} actions={<CopyDetails subject={details} {...about} />}>
        <p>{t('code.send_doubtful_help')}</p>
      </Note>
    );
  }
  return (
    <ErrorNote error={details} {...about}>
      {details.kind === 'send-throttled' && <p>{t('code.newest_counts')}</p>}
    </ErrorNote>
  );
}

function Resend(props: { at: number; isResending: boolean; isIdle: boolean; onResend: () => void }) {
  const { at, isResending, isIdle, onResend } = props;
  const { seconds, spoken } = useCountdown(at);
  const isReady = seconds === 0 && isIdle && !isResending;
  return (
    <div class="resend">
      <Button label={t('code.resend')} class="quiet" aria-disabled={!isReady} onClick={() => isReady && onResend()} />
      {seconds > 0 && <p class="hint">{waitText(seconds)}</p>}
      <Announced>{isResending && <Waiting>{t('code.resending')}</Waiting>}</Announced>
      <span role="status" class="only-spoken">
        {spoken === undefined ? '' : spoken === 0 ? t('code.resend_ready') : waitText(spoken)}
      </span>
    </div>
  );
}

function waitText(seconds: number): string {
  return t('code.resend_later', { when: relativeTime(seconds * 1_000, 0, language) ?? '' });
}

/** The part that every text message of the gateway has in common. */
function TextSample({ connection }: { connection: Connection }) {
  return (
    <figure class="sample">
      <figcaption>{t('code.sample')}</figcaption>
      <blockquote dir="ltr" lang="en">
        <p>123 456 is your code …</p>
        <p>@{connection.gateway && new URL(connection.gateway.url).host} #123456</p>
      </blockquote>
      <p class="hint">{t('code.nobody_asks')}</p>
    </figure>
  );
}

function NotReceived({ onChange }: { onChange: () => void }) {
  return (
    <details class="not-received">
      <summary>{t('code.not_received')}</summary>
      <div class="stack">
        <ul>
          <li>{t('code.not_received_wait')}</li>
          <li>{t('code.not_received_signal')}</li>
          <li>{t('code.not_received_help')}</li>
        </ul>
        <OrganizationHelp />
        <Button label={t('code.change_number')} onClick={onChange} />
      </div>
    </details>
  );
}
