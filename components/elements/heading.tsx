import type { ComponentChildren, Ref } from 'preact';
import { usePage } from '../page.ts';

export function Heading(props: {
  /** Level in the popup; one lower on the options page, inside a section. */
  level: 1 | 2;
  id?: string;
  innerRef?: Ref<HTMLHeadingElement>;
  /** Takes the focus when its step begins. */
  focusable?: boolean;
  children: ComponentChildren;
}) {
  const { level, id, innerRef, focusable = false, children } = props;
  const { surface } = usePage();
  const Tag = `h${surface === 'options' ? level + 1 : level}` as 'h1';
  return (
    <Tag id={id} ref={innerRef ?? null} {...(focusable ? { tabIndex: -1 } : {})}>
      {children}
    </Tag>
  );
}
