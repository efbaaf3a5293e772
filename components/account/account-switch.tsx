import { counted, t } from '../../lib/shared/language/translate.ts';
import { UserName } from '../elements/parts.tsx';
import type { AccountOverview } from '../view-model/accounts.ts';
import { Avatar } from './account-header.tsx';
import { organizationTitle } from './organization-name.ts';

export function AccountSwitch(props: {
  accounts: AccountOverview[];
  current: AccountOverview;
  onChoose: (accountId: string) => void;
}) {
  const { accounts, current, onChoose } = props;
  if (accounts.length === 1) {
    return (
      <div class="person">
        <Person overview={current} />
      </div>
    );
  }
  return (
    <nav aria-label={t('account.choose')}>
      <ul class="people">
        {accounts.map((overview) => {
          const { id } = overview.account;
          const isCurrent = id === current.account.id;
          return (
            <li key={id}>
              <button
                type="button"
                class="person"
                aria-current={isCurrent ? 'true' : undefined}
                onClick={() => onChoose(id)}
              >
                <Person overview={overview} />
                {overview.taskCount > 0 && (
                  <span class="waits">
                    <span aria-hidden="true">{overview.taskCount}</span>
                    <span class="only-spoken">{counted('account.waiting', overview.taskCount)}</span>
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function Person({ overview: { account, connection } }: { overview: AccountOverview }) {
  return (
    <>
      <Avatar name={account.name} />
      <span class="who">
        <strong class="who-name">
          <bdi>{account.name}</bdi>
        </strong>
        <span class="who-user">
          <UserName of={account.userName} />
        </span>
        <span class="who-user">
          <bdi>{organizationTitle(connection)}</bdi>
        </span>
      </span>
    </>
  );
}
