// Main-thread time of browser processes as Linux counts it in nanoseconds, the same for both browsers.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

/** `extension`: processes of extension pages (in Firefox also of the event page). `page`: processes of web pages. */
export type Role = 'extension' | 'page';

export const canCountMainThread = existsSync('/proc/self/task');

/** @returns milliseconds of main-thread time of all descendant processes with this role */
export async function mainThreadMs(root: number, role: Role): Promise<number> {
  const processes = await descendants(root);
  const times = await Promise.all(
    processes.map(async (pid) => {
      try {
        if ((await roleOf(pid)) !== role) return 0;
        const [nanoseconds = '0'] = (await readFile(`/proc/${pid}/task/${pid}/schedstat`, 'utf8')).split(' ');
        return Number(nanoseconds) / 1e6;
      } catch {
        // The process has ended.
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

/** Chromium names the role on the command line, Firefox in the process name. */
async function roleOf(pid: number): Promise<Role | undefined> {
  const name = (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
  if (name === 'WebExtensions') return 'extension';
  if (/^(Isolated )?Web Co/.test(name)) return 'page';
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
  if (!command.includes('--type=renderer')) return undefined;
  return command.includes('--extension-process') ? 'extension' : 'page';
}
