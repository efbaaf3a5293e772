import { t } from '../../lib/shared/language/translate.ts';
import type { Notice } from '../../lib/shared/model/rows.ts';
import type { DisabledReason } from '../../lib/shared/policy/restrictions.ts';
import { Heading } from '../elements/heading.tsx';
import { Announced, Note } from '../elements/parts.tsx';
import { OrganizationHelp } from '../notes/organization-help.tsx';
import { usePage, usePolicy } from '../page.ts';
import type { PageState } from '../view-model/progress.ts';

export function DisabledView({ reason }: { reason: DisabledReason }) {
  const { organizationName: organization } = usePolicy();
  const isPaused = reason.kind === 'paused';
  const paused = organization ? t('inert.paused_by', { organization }) : t('inert.paused');
  return (
    <div class="stack" role="status">
      <Heading level={1}>{isPaused ? paused : t('inert.missing')}</Heading>
      <p>{isPaused ? t('inert.paused_help') : t('inert.missing_help')}</p>
      {reason.kind === 'missing-keys' && (
        <ul class="keys">
          {reason.keys.map((key) => (
            <li key={key}>
              <code>{key}</code>
            </li>
          ))}
        </ul>
      )}
      <OrganizationHelp />
    </div>
  );
}

export function Notices({ pageState }: { pageState: PageState }) {
  const { dismiss } = usePage();
  const words: Record<Notice['id'], { title: string; help: string }> = {
    'signed-out-by-policy': { title: t('farewell.title'), help: t('farewell.help') },
    damaged: { title: t('storage.damaged'), help: t('storage.damaged_help') },
    lost: { title: t('storage.lost'), help: t('storage.lost_help') },
  };
  return (
    <Announced>
      {pageState.rows.notices?.map(({ id }) => (
        <Note key={id} kind="info" title={words[id].title} onClose={() => dismiss(id)}>
          <p>{words[id].help}</p>
        </Note>
      ))}
    </Announced>
  );
}
