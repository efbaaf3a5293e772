// npm omits packages of other platforms from the lock file if the registry lacks them, and `npm ci` then fails elsewhere.
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';

const Package = v.object({ optionalDependencies: v.optional(v.record(v.string(), v.string()), {}) });
const LockFile = v.object({ packages: v.record(v.string(), Package) });

test('case 63: the lock file contains the packages of every platform', () => {
  const { packages } = v.parse(LockFile, JSON.parse(readFileSync('package-lock.json', 'utf8')));
  const isThere = (from: string, name: string): boolean =>
    posix.join(from, 'node_modules', name) in packages || (from !== '' && isThere(parentOf(from), name));
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies).filter((name) => !isThere(path, name)),
  );
  expect(missing).toEqual([]);
});

/** Node looks for `node_modules/a/node_modules/b` inside `node_modules/a`, then one level up. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/')));
}
