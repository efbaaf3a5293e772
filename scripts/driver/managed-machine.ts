// A managed computer for one browser: files mounted over system folders in a private mount namespace. Other processes do
// not see them.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Chromium ignores policy files and folders that changed within the last five seconds. */
const longAgo = new Date('2020-01-01');

const run = promisify(execFile);

export class ManagedMachine implements AsyncDisposable {
  readonly #folder: string;
  readonly #policyFolders: readonly string[];

  private constructor(folder: string, policyFolders: readonly string[]) {
    this.#folder = folder;
    this.#policyFolders = policyFolders;
  }

  /** @param policyFolders absolute paths, existing or not; their real content is hidden */
  static async create(policyFolders: readonly string[]): Promise<ManagedMachine> {
    await requireNamespaces();
    const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-machine-'));
    for (const each of policyFolders) {
      await mkdir(join(folder, 'files', each), { recursive: true });
      // Mount point for a folder that does not exist on the machine.
      await mkdir(join(folder, 'mount-points', each), { recursive: true });
    }
    return new ManagedMachine(folder, policyFolders);
  }

  /** Replaces the file atomically, so that the browser never reads half of it. */
  async write(path: string, text: string): Promise<void> {
    const file = join(this.#folder, 'files', this.#managed(path));
    // A second file in the policy folder would be read, too.
    const draft = join(this.#folder, basename(path));
    await writeFile(draft, text);
    await utimes(draft, longAgo, longAgo);
    await rename(draft, file);
    await utimes(dirname(file), longAgo, longAgo);
  }

  async remove(path: string): Promise<void> {
    const file = join(this.#folder, 'files', this.#managed(path));
    await rm(file);
    await utimes(dirname(file), longAgo, longAgo);
  }

  /** @returns a program that starts the given one on the managed computer */
  async program(program: string): Promise<string> {
    const path = join(this.#folder, basename(program));
    const text = `#!/bin/sh
exec unshare --mount --propagation private -- /bin/sh -e -c '
${this.#mounts().join('\n')}
exec ${program} "$@"' "$0" "$@"
`;
    await writeFile(path, text, { mode: 0o755 });
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #managed(path: string): string {
    if (!this.#policyFolders.includes(dirname(path))) throw new Error(`${path} is in no folder this machine manages.`);
    return path;
  }

  /** Creates missing folders by an overlay over their parents, then binds the writable folders over them. */
  #mounts(): string[] {
    const missing = this.#policyFolders.filter((each) => !existsSync(each));
    const above = [...new Set(missing.map(nearestExisting))].sort();
    return [
      ...above.map(
        (each) => `mount -t overlay overlay -o lowerdir=${join(this.#folder, 'mount-points', each)}:${each} ${each}`,
      ),
      ...this.#policyFolders.map((each) => `mount --bind ${join(this.#folder, 'files', each)} ${each}`),
    ];
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

/** @throws Error that names what a private mount namespace needs */
async function requireNamespaces(): Promise<void> {
  if (process.platform !== 'linux') throw new Error('Policy files are tried on Linux only: it needs mount namespaces.');
  if (process.getuid?.() !== 0)
    throw new Error('Policy files are tried as root only: run this as root, or in a container.');
  try {
    await run('unshare', ['--mount', '--propagation', 'private', '--', 'mount', '-t', 'tmpfs', 'none', '/mnt']);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Policy files need a private mount namespace (unshare, mount; CAP_SYS_ADMIN in a container): ${why}`,
    );
  }
}
