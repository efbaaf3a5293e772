import type { ComponentChildren, Ref } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../lib/shared/language/translate.ts';
import { usePage } from '../page.ts';
import { IconButton } from './parts.tsx';

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

export function StepTitle({ title, onBack }: { title: string; onBack: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), [title]);
  return (
    <div class="title-line back-line">
      <IconButton icon="back" label={t('action.back')} onClick={onBack} />
      <Heading level={1} innerRef={heading} focusable>
        {title}
      </Heading>
    </div>
  );
}
