// What the Google Admin console takes as "Policy for extensions", for ChromeOS and managed Chrome: each value in an object of its
// own. Installing and pinning are switches of the same page there. Source: support.google.com/chrome/a/answer/7679408.
import type { Deployment } from './deployment.ts';
import { json } from './json.ts';

export function googleAdminPolicy({ settings }: Deployment): string {
  return json(Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, { Value: value }])));
}
