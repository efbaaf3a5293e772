// Chooses inline or hosted registration, depending on the gateway.
import { Fragment } from 'preact';
import { t } from '../../lib/shared/language/translate.ts';
import type { Route } from '../../lib/shared/model/place.ts';
import { StepTitle } from '../elements/heading.tsx';
import { Icon } from '../elements/icons.tsx';
import { FurtherReading } from '../notes/further-reading.tsx';
import type { AddPhoneProps } from '../view-model/registration.ts';
import { AddPhoneHosted } from './add-phone-hosted.tsx';
import { AddPhoneInline } from './add-phone-inline.tsx';

export function AddMethod(props: AddPhoneProps & { route: Route; onRoute: (route: Route) => void }) {
  const { route, onRoute, ...inline } = props;
  const { overview, changes } = inline;
  const home = () => onRoute({ step: 'home' });
  if (route.step === 'add') {
    return (
      <Fragment key="choice">
        <StepTitle title={t('add.title')} onBack={home} />
        <p>{t('add.choose')}</p>
        <ul class="tiles">
          <li>
            <button type="button" class="choice" onClick={() => onRoute({ step: 'add-phone' })}>
              <span class="tile-icon">
                <Icon name="mobile" />
              </span>
              <span class="tile-title">
                <strong>{t('add.phone')}</strong>
                <span class="hint">{t('add.phone_help')}</span>
              </span>
              <Icon name="forward" />
            </button>
          </li>
        </ul>
        <FurtherReading />
      </Fragment>
    );
  }
  const back = changes ? home : () => onRoute({ step: 'add' });
  if (overview.connection.gateway) return <AddPhoneInline {...inline} onBack={back} onHome={home} />;
  return (
    <Fragment key="hosted">
      <StepTitle title={changes ? t('change.title') : t('add.phone_title')} onBack={back} />
      <AddPhoneHosted overview={overview} changes={changes} route={route} onRoute={onRoute} />
    </Fragment>
  );
}
