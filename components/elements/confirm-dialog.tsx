// The question before a change: it names what is changed, Esc and Cancel leave everything as it is.
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../lib/shared/language/translate.ts';

export function ConfirmDialog(props: {
  title: string;
  children: ComponentChildren;
  /** The word on the button that does it; none where there is nothing to confirm. */
  confirm?: string | undefined;
  /** What takes something away: the safe choice has focus first. */
  takesAway?: boolean;
  /** Something to know rather than to decide: it is closed, or there is more to do. */
  isOptional?: boolean;
  onConfirm?: () => void;
  onClose: () => void;
}) {
  const { title, children, confirm, takesAway = false, isOptional = false, onConfirm, onClose } = props;
  const isSafeFirst = takesAway || isOptional || confirm === undefined;
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const bodyId = useId();
  useLayoutEffect(() => dialog.current?.showModal(), []);
  // Closing before it is taken away is what leads focus back to where the person was. The event `close` comes later, when
  // the person may have gone on already.
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
          <button
            type="button"
            class={takesAway ? 'takes-away' : isOptional ? undefined : 'primary'}
            autofocus={!isSafeFirst}
            onClick={() => {
              close();
              onConfirm?.();
            }}
          >
            {confirm}
          </button>
        )}
        <button type="button" autofocus={isSafeFirst} onClick={close}>
          {isOptional ? t('action.close') : t('action.cancel')}
        </button>
      </div>
    </dialog>
  );
}
