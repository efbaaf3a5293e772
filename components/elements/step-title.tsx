// The head of a step: the way back, and the heading, which takes the focus when its step begins.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../lib/shared/language/translate.ts';
import { Heading } from './heading.tsx';
import { Icon } from './icons.tsx';

export function StepTitle({ title, onBack }: { title: string; onBack: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), [title]);
  return (
    <div class="title-line back-line">
      <button type="button" class="icon-button" aria-label={t('action.back')} title={t('action.back')} onClick={onBack}>
        <Icon name="back" />
      </button>
      <Heading level={1} innerRef={heading} focusable>
        {title}
      </Heading>
    </div>
  );
}
