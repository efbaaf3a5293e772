import type { ComponentChildren, InputHTMLAttributes, Ref } from 'preact';
import { useId } from 'preact/hooks';

export function TextField(props: {
  label: string;
  help?: ComponentChildren;
  error: ComponentChildren;
  value: string;
  onType: (value: string) => void;
  inputRef?: Ref<HTMLInputElement>;
  input?: InputHTMLAttributes<HTMLInputElement>;
  /** Lines of a text area; without it, the field is an input. */
  rows?: number;
}) {
  const { label, help, error, value, onType, inputRef, input, rows } = props;
  const id = useId();
  const Tag = (rows ? 'textarea' : 'input') as 'input';
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <Tag
        {...input}
        {...(rows ? { rows } : {})}
        ref={inputRef ?? null}
        id={id}
        value={value}
        // Numbers, codes, ids and domains are left to right in every language.
        dir="ltr"
        autocapitalize="off"
        spellcheck={false}
        aria-invalid={Boolean(error)}
        aria-describedby={`${id}-error ${id}-help`}
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
