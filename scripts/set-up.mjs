// Installs the dependencies of package-lock.json if needed, then runs a script with the pinned Node. Plain JavaScript
// without dependencies, because it runs before they are installed.
//   node scripts/set-up.mjs scripts/start.ts --firefox
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../..');
const pinnedNode = join(root, 'node_modules/node/bin/node');
const leastNode = 20;

const [script, ...scriptArguments] = process.argv.slice(2);
if (!script) fail('Usage: node scripts/set-up.mjs <script> [arguments]');
if (Number(process.versions.node.split('.')[0]) < leastNode) {
  fail(`Node ${leastNode} or newer is needed; this is ${process.versions.node}.`);
}

if (!isInstalled()) {
  console.log('Installing dependencies (npm ci), a minute or two the first time …');
  const status = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail('npm ci failed; its message is above.', status);
}
if (!existsSync(pinnedNode)) {
  fail('The pinned Node is missing: the install script of the package "node" did not run. Try: npm rebuild node');
}

process.exitCode = await run(pinnedNode, [join(root, script), ...scriptArguments], {
  env: {
    ...process.env,
    PATH: [join(root, 'node_modules/node/bin'), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
  },
});

/**
 * npm writes node_modules/.package-lock.json last, so comparing it with package-lock.json detects interrupted installs.
 */
function isInstalled() {
  const packages = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
  const present = packages('node_modules/.package-lock.json');
  return Object.entries(packages('package-lock.json')).every(
    ([path, wanted]) =>
      path === '' ||
      !path.startsWith('node_modules/') ||
      present[path]?.version === wanted.version ||
      // Optional packages of other platforms are missing.
      (present[path] === undefined && (wanted.optional || wanted.devOptional)),
  );
}

/** Forwards signals to the command, and returns its exit status. */
function run(command, commandArguments, options) {
  return new Promise((done) => {
    const child = spawn(command, commandArguments, { cwd: root, stdio: 'inherit', ...options });
    const forward = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      done(127);
    });
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      done(code ?? 128 + constants.signals[signal]);
    });
  });
}

function fail(message, status = 1) {
  console.error(message);
  process.exit(status);
}
