// policies.json for Firefox on any system, and the native manifest that has the settings only.
// Source: mozilla.github.io/policy-templates; developer.mozilla.org, "Native manifests".
import { type Deployment, firefoxInstallation } from './deployment.ts';
import { json } from './json.ts';

export function firefoxPolicies({ firefox, settings }: Deployment): string {
  return json({
    policies: {
      ExtensionSettings: { [firefox.id]: firefoxInstallation(firefox) },
      ...(firefox.allowUnsigned
        ? { Preferences: { 'xpinstall.signatures.required': { Value: false, Status: 'locked' } } }
        : {}),
      '3rdparty': { Extensions: { [firefox.id]: settings } },
    },
  });
}

/** Firefox reads it only if policies.json has no `3rdparty` entry for the extension. */
export function firefoxManagedStorage({ firefox, settings }: Deployment): string {
  return json({
    name: firefox.id,
    description: 'Configuration of Phone Sign-in',
    type: 'storage',
    data: settings,
  });
}
