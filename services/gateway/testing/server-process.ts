// The real server program as a process of its own, on loopback.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../main.ts', import.meta.url));

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ServerProcess {
  readonly child: ChildProcess;
  /** Lines of standard output and of standard error so far. */
  readonly output: string[];
  readonly errors: string[];
  /** Resolves with the address it listens at; rejects when it ends before. */
  readonly listening: Promise<string>;
  readonly ended: Promise<Ended>;
}

/** Only the given environment: nothing of the test run's own gets in. */
export function startServer(environment: Record<string, string>): ServerProcess {
  const child = spawn(process.execPath, [program], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  const errors: string[] = [];
  const ended = new Promise<Ended>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  const listening = new Promise<string>((resolve, reject) => {
    readLines(child.stderr, (line) => errors.push(line));
    readLines(child.stdout, (line) => {
      output.push(line);
      const entry = JSON.parse(line) as { event: string; port: number };
      if (entry.event === 'listening') resolve(`http://127.0.0.1:${entry.port}`);
    });
    void ended.then(() => reject(new Error(`the server ended: ${[...output.slice(-3), ...errors].join('\n')}`)));
  });
  // Who only waits for the end need not handle it.
  listening.catch(() => {});
  return { child, output, errors, listening, ended };
}

function readLines(stream: NodeJS.ReadableStream | null, take: (line: string) => void) {
  let rest = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line) take(line);
  });
}
