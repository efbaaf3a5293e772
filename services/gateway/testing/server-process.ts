// The real server program as a process of its own, on loopback.
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clientId, tenantId } from './tenant.ts';

const program = fileURLToPath(new URL('../main.ts', import.meta.url));

/** All that it must be told, with a database that nothing outlives. */
export const serverEnvironment = {
  PUBLIC_ORIGIN: 'https://gateway.contoso.example',
  TENANT_ID: tenantId,
  CLIENT_ID: clientId,
  CLIENT_SECRET: 'secret-of-the-gateway',
  ALLOWED_ORIGINS: 'moz-extension://*',
  CODE_KEY: Buffer.alloc(32, 1).toString('base64'),
  WEBHOOK_URL: 'https://texts.contoso.example/send',
  WEBHOOK_SECRET: 'x'.repeat(32),
  DATABASE: ':memory:',
  HOST: '127.0.0.1',
  PORT: '0',
};

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
  return follow(spawn(process.execPath, [program], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** A disk of one megabyte that only the server has. */
export interface SmallDisk {
  fill(): void;
  makeRoom(): void;
}

/** On Linux. The given folder becomes the disk, in a mount namespace of the server's own: nobody else sees it full. */
export function startServerOnSmallDisk(
  environment: Record<string, string>,
  folder: string,
): { server: ServerProcess; disk: SmallDisk } {
  // Who is not root may mount in a user namespace.
  const namespaces = ['--mount', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'])];
  const mountThenRun = 'mount -t tmpfs -o size=1m none "$0" && exec "$@"';
  const child = spawn(
    'unshare',
    [...namespaces, '--', 'sh', '-c', mountThenRun, folder, process.execPath, program],
    // unshare and mount are looked for by PATH.
    { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const filler = () => join(`/proc/${child.pid}/root`, folder, 'filler');
  return {
    server: follow(child),
    disk: {
      fill() {
        try {
          writeFileSync(filler(), Buffer.alloc(2 ** 21));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
          throw error;
        }
        throw new Error('The disk is larger than it should be.');
      },
      makeRoom: () => rmSync(filler()),
    },
  };
}

function follow(child: ChildProcess): ServerProcess {
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
