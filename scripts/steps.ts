// Runs a long check as steps: one line per step and one line for all of them. A step that throws counts as one failure.
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

  get succeeded(): boolean {
    return this.total.failed === 0 && this.total.passed > 0;
  }

  get line(): string {
    return `${this.total.passed} passed, ${this.total.failed} failed`;
  }
}

/** Counts a static check as one test. */
export function check(ok: boolean): Count {
  return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

export interface RunOptions {
  /** Captures standard output, and standard error with `all`, instead of passing it on. */
  quiet?: boolean | 'all';
  environment?: Record<string, string>;
  folder?: string;
}

export async function run(
  command: string,
  commandArguments: string[],
  { quiet, environment, folder }: RunOptions = {},
): Promise<{ status: number; output: string }> {
  const child = spawn(command, commandArguments, {
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet === 'all' ? 'pipe' : 'inherit'],
    env: { ...process.env, ...environment },
    ...(folder ? { cwd: folder } : {}),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [status] = await once(child, 'close');
  return { status: status ?? 1, output };
}
