import { t } from '../../lib/shared/language/translate.ts';
import { ExternalLink } from '../elements/parts.tsx';
import { usePolicy } from '../page.ts';

/** The help that the managed policy names, if any. */
export function OrganizationHelp() {
  const { organizationName: organization, supportText, supportUrl, supportEmail, supportPhone } = usePolicy();
  const links = [
    supportUrl && { href: supportUrl, label: t('help.page') },
    supportEmail && { href: `mailto:${supportEmail}`, label: supportEmail },
    supportPhone && { href: `tel:${supportPhone.replace(/[^+\d]/g, '')}`, label: supportPhone },
  ].filter((link) => typeof link === 'object');
  if (!supportText && links.length === 0) return null;
  return (
    <div class="organization-help">
      <p class="label">{organization ? t('help.title_of', { organization }) : t('help.title')}</p>
      {supportText && (
        <p>
          <bdi>{supportText}</bdi>
        </p>
      )}
      {links.length > 0 && (
        <ul>
          {links.map(({ href, label }) => (
            <li key={href}>
              <ExternalLink href={href}>
                <bdi>{label}</bdi>
              </ExternalLink>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
