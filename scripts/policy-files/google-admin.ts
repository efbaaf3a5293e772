// "Policy for extensions" in the Google Admin console, for ChromeOS and managed Chrome. Installing and pinning are switches on the
// same page. Source: support.google.com/chrome/a/answer/7679408.
import type { Deployment } from './deployment.ts';
import { json } from './json.ts';

export function googleAdminPolicy({ settings }: Deployment): string {
  return json(Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, { Value: value }])));
}
