// Time on the main thread of a browser's processes, as Linux counts it: the same measure in both browsers, in nanoseconds,
// and nothing has to be switched on in the browser for it.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

/** `extension`: where an extension's pages run (in Firefox also its background). `page`: where web pages run. */
export type Role = 'extension' | 'page';

export const canCountMainThread = existsSync('/proc/self/task');

/** Milliseconds that the main threads of all processes of a role below ours have used so far. */
export async function mainThreadMs(root: number, role: Role): Promise<number> {
  const processes = await descendants(root);
  const times = await Promise.all(
    processes.map(async (pid) => {
      try {
        if ((await roleOf(pid)) !== role) return 0;
        const [nanoseconds = '0'] = (await readFile(`/proc/${pid}/task/${pid}/schedstat`, 'utf8')).split(' ');
        return Number(nanoseconds) / 1e6;
      } catch {
        // It ended meanwhile.
        return 0;
      }
    }),
  );
  return times.reduce((sum, each) => sum + each, 0);
}

async function descendants(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = Number(/^.*\) \S (\d+)/.exec(stat)?.[1]);
    if (parent) parents.set(Number(name), parent);
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === root || isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow);
}

/** Chromium says it on the command line, Firefox in the name of the process. */
async function roleOf(pid: number): Promise<Role | undefined> {
  const name = (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
  if (name === 'WebExtensions') return 'extension';
  if (/^(Isolated )?Web Co/.test(name)) return 'page';
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
  if (!command.includes('--type=renderer')) return undefined;
  return command.includes('--extension-process') ? 'extension' : 'page';
}
