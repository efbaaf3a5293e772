// The smallest parts that several surfaces share: a number in a sentence, a wait, a button that copies, a note.
import { useSignal } from '@preact/signals';
import { type ComponentChildren, Fragment } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../../lib/shared/language/translate.ts';
import { Icon, type IconName } from './icons.tsx';

/** A phone number reads left to right, also in a right-to-left page. */
export function PhoneNumber({ masked }: { masked: string }) {
  return (
    <bdi dir="ltr" class="number">
      {masked}
    </bdi>
  );
}

/** A whole sentence of the locale, with the number in it kept left to right. */
export function WithNumber({ sentence, masked }: { sentence: string; masked: string }) {
  const [before, after] = sentence.split(masked);
  if (after === undefined) return <>{sentence}</>;
  return (
    <>
      {before}
      <PhoneNumber masked={masked} />
      {after}
    </>
  );
}

/** What a question is about: which number, of which account. */
export function Facts({ masked, userName }: { masked: string; userName: string }) {
  return (
    <dl class="facts">
      <dt>{t('enable.number')}</dt>
      <dd>
        <PhoneNumber masked={masked} />
      </dd>
      <dt>{t('enable.account')}</dt>
      <dd>
        <UserName of={userName} />
      </dd>
    </dl>
  );
}

/** A user name may be long; where it has to break, it breaks before a dot or the at sign. */
export function UserName({ of }: { of: string }) {
  return (
    <bdi>
      {of.split(/(?=[.@])/).map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </bdi>
  );
}

/**
 * What changes in here is spoken by assistive technology, when it is done with what it speaks. It has to be there before
 * something is in it: a region that comes together with its text is often not spoken.
 */
export function Announced({ children }: { children: ComponentChildren }) {
  return (
    <div class="announced" role="status">
      {children}
    </div>
  );
}

/** Belongs into {@link Announced}. */
export function Waiting({ children }: { children: ComponentChildren }) {
  return (
    <p class="waiting">
      <span class="spinner" aria-hidden="true" />
      <span>{children}</span>
    </p>
  );
}

type NoteKind = 'info' | 'success' | 'warning';

const noteIcons: Record<NoteKind, IconName> = { info: 'info', success: 'tick', warning: 'warning' };

export interface NoteProps {
  kind: NoteKind;
  title: ComponentChildren;
  children?: ComponentChildren;
  /** Buttons under the text. */
  actions?: ComponentChildren;
  onClose?: (() => void) | undefined;
}

/** Something to know. Belongs into {@link Announced}. */
export function Note({ kind, title, children, actions, onClose }: NoteProps) {
  return (
    <div class={`note ${kind}`}>
      <Icon name={noteIcons[kind]} />
      <p class="note-title">{title}</p>
      {onClose && (
        <button
          type="button"
          class="icon-button"
          onClick={onClose}
          aria-label={t('action.close')}
          title={t('action.close')}
        >
          <Icon name="close" />
        </button>
      )}
      {(children || actions) && (
        <div class="note-body">
          {children}
          {actions && <div class="actions">{actions}</div>}
        </div>
      )}
    </div>
  );
}

const copiedMs = 3_000;

/** Copies on a click and says so for a moment. The text is made at the click, so that its time is right. */
export function CopyButton(props: { text: () => string; label: string; copied?: string; name?: string }) {
  const copied = useSignal(false);
  useEffect(() => {
    if (!copied.value) return;
    const timer = setTimeout(() => {
      copied.value = false;
    }, copiedMs);
    return () => clearTimeout(timer);
  }, [copied.value]);
  const copy = async () => {
    await navigator.clipboard.writeText(props.text());
    copied.value = true;
  };
  return (
    <>
      <button type="button" class="quiet" onClick={copy} aria-label={copied.value ? undefined : props.name}>
        {copied.value ? (props.copied ?? t('action.copied')) : props.label}
      </button>
      <span role="status" class="only-spoken">
        {copied.value ? (props.copied ?? t('action.copied')) : ''}
      </span>
    </>
  );
}
