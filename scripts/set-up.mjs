// From a fresh clone to a running script, on any machine with Node >= 20 and npm: installs what package-lock.json
// says where that is not there yet, then runs the given script with the Node pinned in package.json (WXT and Vitest
// need a newer one than the machine may have). Plain JavaScript without dependencies, since it runs before there are any.
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
 * npm leaves beside the packages a list of what it put there, as its last act. Comparing that with package-lock.json
 * also sees an installation that was cut short, and leaves one alone that `npm install` brought up to date.
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
      // Packages for other platforms are rightly not there.
      (present[path] === undefined && (wanted.optional || wanted.devOptional)),
  );
}

/** Exit status of the command; signals go on to it, so that it can end what it started. */
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
