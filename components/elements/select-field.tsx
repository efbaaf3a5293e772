import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

export function SelectField(props: {
  label: string;
  help: ComponentChildren;
  value: string;
  disabled?: boolean;
  onChoose: (value: string) => void;
  children: ComponentChildren;
}) {
  const { label, help, value, disabled = false, onChoose, children } = props;
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        aria-describedby={`${id}-help`}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {children}
      </select>
      <p id={`${id}-help`} class="hint">
        {help}
      </p>
    </div>
  );
}
