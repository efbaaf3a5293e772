// Third-party packages of package-lock.json that are shipped with the extension and the gateway.
import { readFileSync } from 'node:fs';
import * as v from 'valibot';

const Package = v.object({
  version: v.optional(v.string(), ''),
  license: v.optional(v.string(), ''),
  integrity: v.optional(v.string()),
  dev: v.optional(v.boolean(), false),
  optional: v.optional(v.boolean(), false),
  devOptional: v.optional(v.boolean(), false),
  hasInstallScript: v.optional(v.boolean(), false),
});

export interface LockedPackage extends v.InferOutput<typeof Package> {
  name: string;
}

/** @returns all installed packages, including tools */
export function lockedPackages(lockFile = 'package-lock.json'): LockedPackage[] {
  const { packages } = v.parse(
    v.object({ packages: v.record(v.string(), Package) }),
    JSON.parse(readFileSync(lockFile, 'utf8')),
  );
  const folder = 'node_modules/';
  return Object.entries(packages)
    .filter(([path]) => path.startsWith(folder))
    .map(([path, each]) => ({ name: path.slice(path.lastIndexOf(folder) + folder.length), ...each }));
}

/** Omits optional packages of other platforms, which are neither bundled nor installed with the gateway. */
export function shippedPackages(): LockedPackage[] {
  return lockedPackages().filter(({ dev, devOptional, optional }) => !dev && !devOptional && !optional);
}
