// Builds the extension once per run, before Playwright starts its workers.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuiltExtension, buildExtension } from '../../scripts/build.ts';

export const variable = 'EXTENSION_UNDER_TEST';

/** Global setup of Playwright. A build in the environment is used as it is. @returns the teardown */
export default async function setUp(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[variable]) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-build-'));
  process.env[variable] = JSON.stringify(await buildExtension(folder));
  return () => rm(folder, { recursive: true, force: true });
}

export function builtExtension(): BuiltExtension {
  return JSON.parse(process.env[variable] ?? '') as BuiltExtension;
}
