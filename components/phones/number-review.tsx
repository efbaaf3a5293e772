import { t } from '../../lib/shared/language/translate.ts';
import { Button } from '../elements/button.tsx';
import { Note } from '../elements/parts.tsx';

export function NumberReview(props: { masked: string; onYes: () => void; onNewNumber: () => void }) {
  const { masked, onYes, onNewNumber } = props;
  return (
    <Note
      kind="info"
      title={t('review.title', { number: masked })}
      masked={masked}
      actions={
        <>
          <Button label={t('review.yes')} onClick={onYes} />
          <Button label={t('review.new_number')} onClick={onNewNumber} />
        </>
      }
    >
      <p>{t('review.help')}</p>
    </Note>
  );
}
