import { chromiumId, chromiumPublicKey, geckoId } from '../../lib/shared/model/extension-ids.ts';
import { catalog } from '../../lib/shared/policy/catalog.ts';
import { administrativeTemplate } from './admx.ts';
import type { Deployment } from './deployment.ts';
import { firefoxManagedStorage, firefoxPolicies } from './firefox.ts';
import { googleAdminPolicy } from './google-admin.ts';
import { linuxPolicy } from './linux.ts';
import { chromiumProfile, firefoxProfile } from './mobileconfig.ts';
import { chromiumRegistry, firefoxRegistryFile } from './registry.ts';

/** Every template of a deployment, by path below the folder of templates. */
export function templates(deployment: Deployment): Record<string, string> {
  const { admx, adml } = administrativeTemplate(deployment);
  return {
    'linux/chrome/phone-sign-in.json': linuxPolicy('chrome', deployment),
    'linux/chromium/phone-sign-in.json': linuxPolicy('chromium', deployment),
    'linux/edge/phone-sign-in.json': linuxPolicy('edge', deployment),
    'windows/phone-sign-in.admx': admx,
    'windows/en-US/phone-sign-in.adml': adml,
    'windows/chrome.reg': chromiumRegistry('chrome', deployment),
    'windows/edge.reg': chromiumRegistry('edge', deployment),
    'windows/firefox.reg': firefoxRegistryFile(deployment),
    'macos/chrome.mobileconfig': chromiumProfile('chrome', deployment),
    'macos/edge.mobileconfig': chromiumProfile('edge', deployment),
    'macos/firefox.mobileconfig': firefoxProfile(deployment),
    'google-admin/phone-sign-in.json': googleAdminPolicy(deployment),
    'firefox/policies.json': firefoxPolicies(deployment),
    [`firefox/managed-storage/${deployment.firefox.id}.json`]: firefoxManagedStorage(deployment),
  };
}

const packages = 'https://extensions.contoso.example/phone-sign-in';

/** The deployment of docs/it/templates: an example organization, and the id of unpacked builds. */
export const exampleDeployment: Deployment = {
  chromium: { id: chromiumId(chromiumPublicKey), updateUrl: `${packages}/updates.xml` },
  firefox: { id: geckoId, installUrl: `${packages}/phone-sign-in.xpi`, allowUnsigned: false },
  settings: {
    tenantId: catalog.tenantId.example,
    clientId: catalog.clientId.example,
    organizationName: catalog.organizationName.example,
    supportText: catalog.supportText.example,
    supportUrl: catalog.supportUrl.example,
    allowedCountries: catalog.allowedCountries.example,
    snoozeDays: catalog.snoozeDays.example,
    allowManualSetup: false,
  },
};
