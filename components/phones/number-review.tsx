import { t } from '../../lib/shared/language/translate.ts';
import { Note, WithNumber } from '../elements/parts.tsx';

export function NumberReview(props: { masked: string; onYes: () => void; onNewNumber: () => void }) {
  const { masked, onYes, onNewNumber } = props;
  return (
    <Note
      kind="info"
      title={<WithNumber sentence={t('review.title', { number: masked })} masked={masked} />}
      actions={
        <>
          <button type="button" onClick={onYes}>
            {t('review.yes')}
          </button>
          <button type="button" onClick={onNewNumber}>
            {t('review.new_number')}
          </button>
        </>
      }
    >
      <p>{t('review.help')}</p>
    </Note>
  );
}
