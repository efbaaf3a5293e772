import { browser } from '../../lib/shared/browser.ts';
import { relativeTime } from '../../lib/shared/language/relative-time.ts';
import { flat, language, t } from '../../lib/shared/language/translate.ts';
import { isNotReceived, type ReportLine, reportOf, reportText } from '../../lib/shared/policy/report.ts';
import { CopyButton, Section } from '../elements/parts.tsx';
import type { PageState } from '../view-model/progress.ts';

export function PolicySection({ pageState }: { pageState: PageState }) {
  const { policy } = pageState.rows;
  const lines = reportOf(pageState.rows);
  const { version, storage } = browser.runtime.getManifest() as { version: string; storage?: unknown };
  // Only the manifest for Chromium names a schema, with which the browser checks the policy.
  const checkedByBrowser = storage !== undefined;
  const ago = policy && relativeTime(policy.receivedAt, pageState.now, language);
  return (
    <Section id="policy" title={t('policy.title')}>
      {policy ? (
        <>
          <p class="hint">{t('policy.intro')}</p>
          <dl class="quiet-facts">
            <dt>{t('policy.fingerprint')}</dt>
            <dd>
              <code dir="ltr">{policy.fingerprint}</code>
            </dd>
          </dl>
          <p class="hint">{ago ? t('policy.received_at', { ago }) : t('policy.received_now')}</p>
          <Lines lines={lines.filter((line) => !isNotReceived(line))} />
        </>
      ) : (
        <p class="hint">{t('policy.none')}</p>
      )}
      <details class="another">
        <summary>{t('policy.not_set')}</summary>
        <p class="hint">{t('policy.not_set_help')}</p>
        {checkedByBrowser && <p class="hint">{t('policy.not_set_dropped')}</p>}
        <Lines lines={lines.filter(isNotReceived)} />
      </details>
      <div class="actions">
        <CopyButton
          text={() => reportText(lines, { policy, version, checkedByBrowser })}
          label={t('policy.copy')}
          copied={t('policy.copied')}
        />
      </div>
    </Section>
  );
}

function Lines({ lines }: { lines: readonly ReportLine[] }) {
  return (
    <ul class="policy-lines">
      {lines.map(({ key, received, inEffect, state }) => (
        <li key={key} class={state.kind}>
          <code dir="ltr">{key}</code>
          <span class="policy-state">{stateText(state)}</span>
          <dl>
            <Value name={t('policy.received')} value={received} />
            <Value name={t('policy.in_effect')} value={inEffect} />
          </dl>
        </li>
      ))}
    </ul>
  );
}

function Value({ name, value }: { name: string; value: string | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value === undefined ? <span class="hint">{t('policy.nothing')}</span> : <code dir="ltr">{value}</code>}</dd>
    </div>
  );
}

function stateText(state: ReportLine['state']): string {
  if (state.kind === 'rejected') return t('policy.state.rejected', { why: t(`policy.why.${flat(state.why)}`) });
  return state.kind === 'needs' ? t('policy.state.needs', { key: state.key }) : t(`policy.state.${flat(state.kind)}`);
}
