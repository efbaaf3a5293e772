import type { ButtonHTMLAttributes } from 'preact';
import { Icon, type IconName } from './icons.tsx';

/** @param props.label accessible name; the tooltip too, unless `title` is given */
export function IconButton(
  props: { icon: IconName; label: string } & Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon' | 'label'>,
) {
  const { icon, label, title = label, ...button } = props;
  return (
    <button type="button" class="icon-button" aria-label={label} title={title} {...button}>
      <Icon name={icon} />
    </button>
  );
}
