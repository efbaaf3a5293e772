// A heading of something that several pages show: a step lower where it stands inside a section of a larger page.
import type { ComponentChildren, Ref } from 'preact';
import { usePage } from '../page.ts';

export function Heading(props: {
  /** As the popup has it. */
  level: 1 | 2;
  id?: string;
  innerRef?: Ref<HTMLHeadingElement>;
  /** It takes the focus when what it heads begins, and cannot be operated. */
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
