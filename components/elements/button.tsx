import type { ButtonHTMLAttributes } from 'preact';

export function Button({
  label,
  ...button
}: { label: string } & Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'label'>) {
  return (
    <button type="button" {...button}>
      {label}
    </button>
  );
}
