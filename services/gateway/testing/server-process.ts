// Runs the server program in another process.
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clientId, gatewayCertificate, tenantId } from './tenant.ts';

const program = fileURLToPath(new URL('../main.ts', import.meta.url));

/** The required variables, and a database in memory. */
export const serverEnvironment = {
  PUBLIC_ORIGIN: 'https://gateway.contoso.example',
  TENANT_ID: tenantId,
  CLIENT_ID: clientId,
  CLIENT_SECRET: 'secret-of-the-gateway',
  ALLOWED_ORIGINS: 'moz-extension://*',
  CODE_KEY: Buffer.alloc(32, 1).toString('base64'),
  WEBHOOK_URL: 'https://texts.contoso.example/send',
  WEBHOOK_SECRET: 'x'.repeat(32),
  AUTHENTICATION_CONTEXT: 'c1',
  POLICY_UNCHECKED: 'allow',
  EVERYBODY: 'allow',
  EVERY_CLIENT: 'allow',
  EVERY_COUNTRY: 'allow',
  DATABASE: ':memory:',
  HOST: '127.0.0.1',
  PORT: '0',
  SHUTDOWN_GRACE_SECONDS: '0',
};

/** Variables of a server whose tenant and SMS adapter are on loopback. */
export async function loopbackEnvironment(services: { tenant: string; adapter: string }) {
  const { certificatePem, privateKeyPem } = await gatewayCertificate();
  return {
    ...serverEnvironment,
    CLIENT_SECRET: '',
    CERTIFICATE: certificatePem,
    PRIVATE_KEY: privateKeyPem,
    WEBHOOK_URL: `${services.adapter}/texts`,
    ADDITIONAL_MOBILE_RANGES: '+447700900xxx',
    ALLOW_INSECURE_LOOPBACK: 'true',
    LOGIN_ORIGIN: services.tenant,
    GRAPH_ORIGIN: services.tenant,
  };
}

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ServerProcess {
  readonly child: ChildProcess;
  /** Lines of standard output and of standard error. */
  readonly output: string[];
  readonly errors: string[];
  /** Resolves with the origin; rejects when the process ends first. */
  readonly listening: Promise<string>;
  readonly ended: Promise<Ended>;
}

/** @param module is loaded before the program. The process inherits no other variables. */
export function startServer(environment: Record<string, string>, module?: URL): ServerProcess {
  const loaded = module ? ['--import', module.href] : [];
  return startNode(environment, ...loaded, program);
}

/** Runs a command of the program in place of the server. */
export function startCommand(environment: Record<string, string>, ...command: string[]): ServerProcess {
  return startNode(environment, program, ...command);
}

/** @param parameters of Node: the program, perhaps a copy of it, with its options */
export function startNode(environment: Record<string, string>, ...parameters: string[]): ServerProcess {
  return follow(spawn(process.execPath, parameters, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** Linux only: nothing but the folder can be written, as in a container with a read-only file system. */
export function startServerOnReadOnlySystem(environment: Record<string, string>, folder: string): ServerProcess {
  return follow(unshared(environment, 'mount --bind "$0" "$0" && mount -o remount,bind,ro / && exec "$@"', folder));
}

/** Starts the server in a mount namespace of its own. @param command of a shell; `$0` is the folder, `$@` the server */
function unshared(environment: Record<string, string>, command: string, folder: string): ChildProcess {
  // Without root, mounting needs a user namespace.
  const namespaces = ['--mount', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'])];
  return spawn('unshare', [...namespaces, '--', 'sh', '-c', command, folder, process.execPath, program], {
    // PATH is needed to find unshare and mount.
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A disk of one megabyte that only the server sees. */
export interface SmallDisk {
  fill(): void;
  makeRoom(): void;
}

/** Linux only: mounts the disk on the folder in a mount namespace of the server. */
export function startServerOnSmallDisk(
  environment: Record<string, string>,
  folder: string,
): { server: ServerProcess; disk: SmallDisk } {
  const child = unshared(environment, 'mount -t tmpfs -o size=1m none "$0" && exec "$@"', folder);
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
  // Tests that wait only for `ended` do not handle this rejection.
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
