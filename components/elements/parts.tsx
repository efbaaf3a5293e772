import { useSignal } from '@preact/signals';
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ComponentChildren, FormHTMLAttributes, Ref } from 'preact';
import { Fragment } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../../lib/shared/language/translate.ts';
import { usePolicy } from '../page.ts';
import { Icon, type IconName } from './icons.tsx';

type ButtonProps = { label: string; icon?: IconName } & Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon' | 'label'>;

export function Button({ label, icon, ...button }: ButtonProps) {
  return (
    <button type="button" {...button}>
      {label}
      {icon && <Icon name={icon} />}
    </button>
  );
}

type FormProps = { onSubmit: () => unknown; formRef?: Ref<HTMLFormElement> } & Omit<FormHTMLAttributes, 'onSubmit'>;

/** The fields show their errors themselves, so the browser does not validate. */
export function Form({ onSubmit, formRef = null, ...form }: FormProps) {
  const submit = (event: Event) => {
    event.preventDefault();
    onSubmit();
  };
  return <form ref={formRef} class="stack" noValidate onSubmit={submit} {...form} />;
}

export function ExternalLink(link: AnchorHTMLAttributes<HTMLAnchorElement>) {
  return <a target="_blank" rel="noreferrer" {...link} />;
}

/** @param props.label accessible name; the tooltip too, unless `title` is given */
export function IconButton({ icon, label, title = label, ...button }: ButtonProps & { icon: IconName }) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={title} {...button}>
      <Icon name={icon} />
    </button>
  );
}

export function Section({ id, title, children }: { id: string; title: string; children: ComponentChildren }) {
  const titleId = `${id}-title`;
  return (
    <section class="card" id={id} aria-labelledby={titleId}>
      <h2 id={titleId}>{title}</h2>
      {children}
    </section>
  );
}

/** Says that managed policy sets a value. */
export function Locked() {
  const { organizationName: organization } = usePolicy();
  return <span class="locked">{organization ? t('policy.locked_by', { organization }) : t('policy.locked')}</span>;
}

/** A phone number is left to right, also on a right-to-left page. */
export function PhoneNumber({ masked }: { masked: string }) {
  return (
    <bdi dir="ltr" class="number">
      {masked}
    </bdi>
  );
}

/** A message with the number in it kept left to right. */
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

/** A long user name breaks before a dot or the at sign. */
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

/** Live region. It must exist before its content: screen readers often ignore a region that appears with its text. */
export function Announced({ children }: { children: ComponentChildren }) {
  return (
    <div class="announced" role="status" tabIndex={-1}>
      {children}
    </div>
  );
}

/** Belongs in {@link Announced}. */
export function Waiting({ children, help }: { children: ComponentChildren; help?: string }) {
  const waiting = (
    <p class="waiting">
      <span class="spinner" aria-hidden="true" />
      <span>{children}</span>
    </p>
  );
  if (!help) return waiting;
  return (
    <div class="stack-tight">
      {waiting}
      <p class="hint">{help}</p>
    </div>
  );
}

type NoteKind = 'info' | 'success' | 'warning';

const noteIcons: Record<NoteKind, IconName> = { info: 'info', success: 'tick', warning: 'warning' };

export interface NoteProps {
  kind: NoteKind;
  title: string;
  masked?: string;
  children?: ComponentChildren;
  actions?: ComponentChildren;
  onClose?: (() => void) | undefined;
}

/** Belongs in {@link Announced}. */
export function Note({ kind, title, masked, children, actions, onClose }: NoteProps) {
  return (
    <div class={`note ${kind}`}>
      <Icon name={noteIcons[kind]} />
      <p class="note-title">{masked ? <WithNumber sentence={title} masked={masked} /> : title}</p>
      {onClose && <IconButton icon="close" label={t('action.close')} onClick={onClose} />}
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

/** @param props.text called at the click, so that the time in the text is right */
export function CopyButton(props: { text: () => string; label: string; copied?: string; name?: string }) {
  const { text, label, copied = t('action.copied'), name } = props;
  const isCopied = useSignal(false);
  useEffect(() => {
    if (!isCopied.value) return;
    const timer = setTimeout(() => (isCopied.value = false), copiedMs);
    return () => clearTimeout(timer);
  }, [isCopied.value]);
  const copy = async () => {
    await navigator.clipboard.writeText(text());
    isCopied.value = true;
  };
  return (
    <>
      <Button
        label={isCopied.value ? copied : label}
        class="quiet"
        onClick={copy}
        aria-label={isCopied.value ? undefined : name}
      />
      <span role="status" class="only-spoken">
        {isCopied.value ? copied : ''}
      </span>
    </>
  );
}
