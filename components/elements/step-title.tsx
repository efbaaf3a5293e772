import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../lib/shared/language/translate.ts';
import { Heading } from './heading.tsx';
import { IconButton } from './icon-button.tsx';

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
