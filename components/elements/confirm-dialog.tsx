import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../lib/shared/language/translate.ts';
import { Button } from './parts.tsx';

export function ConfirmDialog(props: {
  title: string;
  children: ComponentChildren;
  confirm?: string | undefined;
  /** The change is destructive, so that Cancel has the focus. */
  takesAway?: boolean;
  /** Information rather than a decision: the button says Close, and confirming is optional. */
  isOptional?: boolean;
  onConfirm?: (() => void) | undefined;
  onClose: () => void;
}) {
  const { title, children, confirm, takesAway = false, isOptional = false, onConfirm, onClose } = props;
  const isSafeFirst = takesAway || isOptional || confirm === undefined;
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const bodyId = useId();
  useLayoutEffect(() => dialog.current?.showModal(), []);
  // Only a closed dialog returns the focus. Its event `close` comes later, when another dialog may be open.
  const close = () => {
    dialog.current?.close();
    onClose();
  };
  return (
    <dialog ref={dialog} aria-labelledby={titleId} aria-describedby={bodyId} onCancel={close} onClose={onClose}>
      <h2 id={titleId}>{title}</h2>
      <div id={bodyId} class="dialog-body">
        {children}
      </div>
      <div class="dialog-actions">
        {confirm !== undefined && (
          <Button
            label={confirm}
            class={takesAway ? 'takes-away' : isOptional ? undefined : 'primary'}
            autofocus={!isSafeFirst}
            onClick={() => {
              close();
              onConfirm?.();
            }}
          />
        )}
        <Button label={isOptional ? t('action.close') : t('action.cancel')} autofocus={isSafeFirst} onClick={close} />
      </div>
    </dialog>
  );
}
