// A long check as steps, with one line over each and one over all of them. A static check counts as one. What could not be
// counted (a step that threw) is a failure.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Count {
  passed: number;
  failed: number;
}

export class Steps {
  readonly total: Count = { passed: 0, failed: 0 };

  async take(name: string, work: () => Promise<Count>): Promise<void> {
    console.log(`\n── ${name}`);
    const started = performance.now();
    const count = await work().catch((error: unknown) => {
      console.error(error);
      return check(false);
    });
    this.total.passed += count.passed;
    this.total.failed += count.failed;
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(`── ${name}: ${count.passed} passed, ${count.failed} failed, ${seconds} s`);
  }

  /** Also what the process ends with. */
  get succeeded(): boolean {
    return this.total.failed === 0 && this.total.passed > 0;
  }

  get line(): string {
    return `${this.total.passed} passed, ${this.total.failed} failed`;
  }
}

export function check(ok: boolean): Count {
  return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Its standard output goes to ours, or with `quiet` into the answer. */
export async function run(
  command: string,
  commandArguments: string[],
  options: { quiet?: boolean; environment?: Record<string, string>; folder?: string } = {},
): Promise<{ status: number; output: string }> {
  const child = spawn(command, commandArguments, {
    stdio: ['ignore', options.quiet ? 'pipe' : 'inherit', 'inherit'],
    env: { ...process.env, ...options.environment },
    ...(options.folder ? { cwd: options.folder } : {}),
  });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [status] = await once(child, 'close');
  return { status: status ?? 1, output };
}
