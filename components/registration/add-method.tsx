// Adds a method or changes a number: inline with a verification gateway, otherwise on the service's page.
import { Fragment } from 'preact';
import { t } from '../../lib/shared/language/translate.ts';
import type { Route } from '../../lib/shared/model/place.ts';
import { StepTitle } from '../elements/heading.tsx';
import { Icon } from '../elements/icons.tsx';
import { FurtherReading } from '../notes/further-reading.tsx';
import { AddPhoneHosted } from './add-phone-hosted.tsx';
import { AddPhoneInline } from './add-phone-inline.tsx';
import type { InlineProps } from './inline-props.ts';

export function AddMethod(props: InlineProps & { route: Route; onRoute: (route: Route) => void }) {
  const { route, onRoute, ...inline } = props;
  const { overview, changes } = inline;
  const home = () => onRoute({ step: 'home' });
  const choose = () => onRoute({ step: 'add' });
  if (route.step === 'add') {
    return (
      <Fragment key="choice">
        <StepTitle title={t('add.title')} onBack={home} />
        <MethodChoice onPhone={() => onRoute({ step: 'add-phone' })} />
      </Fragment>
    );
  }
  const back = changes ? home : choose;
  if (overview.connection.gateway) return <AddPhoneInline {...inline} onBack={back} onHome={home} />;
  return (
    <Fragment key="hosted">
      <StepTitle title={changes ? t('change.title') : t('add.phone_title')} onBack={back} />
      <AddPhoneHosted overview={overview} changes={changes} route={route} onRoute={onRoute} />
    </Fragment>
  );
}

function MethodChoice({ onPhone }: { onPhone: () => void }) {
  return (
    <>
      <p>{t('add.choose')}</p>
      <ul class="tiles">
        <li>
          <button type="button" class="choice" onClick={onPhone}>
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
    </>
  );
}
