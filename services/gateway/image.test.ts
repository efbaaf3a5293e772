// What an image of this folder contains, by Docker's rules for .dockerignore.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import ignore from '@balena/dockerignore';
import { afterEach, expect, test } from 'vitest';
import { serverEnvironment, startNode, startServerOnReadOnlySystem } from './testing/server-process.ts';
import { version1 } from './testing/version-1.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const root = join(folder, '../..');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const inFolder = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  .filter((path) => !path.startsWith('node_modules/'));
const inImage = (paths: readonly string[]) =>
  ignore()
    .add(read('.dockerignore'))
    .filter([...paths]);

/** The program and the modules that it imports. */
function program(from = 'main.ts', found = new Set<string>()): Set<string> {
  found.add(from);
  for (const [, path = ''] of read(from).matchAll(/ from '(\.[^']+)'/g)) {
    const module = posix.join(posix.dirname(from), path);
    if (!found.has(module)) program(module, found);
  }
  return found;
}

test('case 72: an image contains exactly the program and its list of packages', () => {
  expect(inFolder.length).toBeGreaterThan(40);
  expect(inImage(inFolder).toSorted()).toEqual([...program(), 'package.json', 'package-lock.json'].toSorted());
});

test('case 72: keys, secrets and databases in the folder do not get into an image', () => {
  const secrets = [
    ...['private-key.pem', 'certificate.pem', 'tls.key', 'code-key', '.env', 'gateway.env', 'trial-settings.json'],
    ...['gateway.sqlite', 'gateway.sqlite-wal', 'gateway.sqlite-shm', 'backup.tar.gz', 'main.ts.bak', 'id_rsa'],
    ...['.git/config', '.npmrc', 'node_modules/hono/index.js'],
  ];
  const modules = ['api', 'directory', 'sms', 'verification'];
  const unlisted = ['secrets', 'testing', 'new/deeper', ...modules.map((folder) => `${folder}/old`)];
  const places = ['.', ...modules, ...unlisted];
  const planted = places.flatMap((place) => secrets.map((name) => posix.join(place, name)));
  expect(inImage([...planted, ...unlisted.map((folder) => `${folder}/key.ts`)])).toEqual([]);
});

test('case 72: the server starts from the files of an image alone', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'gateway-image-'));
  closing.push(() => rmSync(copy, { recursive: true }));
  for (const path of inImage(inFolder)) {
    mkdirSync(join(copy, dirname(path)), { recursive: true });
    copyFileSync(join(folder, path), join(copy, path));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const server = startNode(serverEnvironment, join(copy, 'main.ts'));
  closing.push(async () => {
    server.child.kill('SIGKILL');
    await server.ended;
  });
  expect((await fetch(`${await server.listening}/health`)).status).toBe(200);
});

test('the server needs no other folder than that of its database, also when it converts an older one', async () => {
  const data = mkdtempSync(join(tmpdir(), 'gateway-data-'));
  closing.push(() => rmSync(data, { recursive: true }));
  const path = join(data, 'gateway.sqlite');
  const old = new DatabaseSync(path);
  // More than SQLite keeps in memory by itself.
  old.exec(`${version1} CREATE TABLE many (text TEXT);
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT 60000)
    INSERT INTO many SELECT printf('%0200d', n) FROM numbers;`);
  old.close();
  const server = startServerOnReadOnlySystem({ ...serverEnvironment, DATABASE: path }, data);
  closing.push(async () => {
    server.child.kill('SIGKILL');
    await server.ended;
  });
  expect((await fetch(`${await server.listening}/ready`)).status).toBe(200);
});

test('case 72: the image has the tested version of Node, and runs as a user with a number', () => {
  const dockerfile = read('Dockerfile');
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  expect(dockerfile).toMatch(new RegExp(`^FROM node:${packages['node_modules/node'].version}-[a-z]+-slim$`, 'm'));
  // Kubernetes compares numbers only (runAsNonRoot).
  expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  expect(dockerfile.match(/^COPY .*$/gm)).toEqual(['COPY package.json package-lock.json ./', 'COPY . .']);
  expect(dockerfile).not.toMatch(/^(ADD|ARG) /m);
});

test('case 72: the README runs the image read-only, with secrets outside of the folder and time to stop', () => {
  const [command = ''] = /docker run(.*\\\n)*.*/.exec(read('README.md')) ?? [];
  for (const option of ['--read-only', '--cap-drop ALL', '--security-opt no-new-privileges']) {
    expect(command).toContain(option);
  }
  const mounted = [...command.matchAll(/(?:-v|--env-file) ([^\s:]+)/g)].map(([, source]) => source);
  expect(mounted.filter((source) => source !== 'gateway-data' && !source?.startsWith('/'))).toEqual([]);
  // SHUTDOWN_GRACE_SECONDS is 5, and then the server ends within 20 s.
  expect(Number(/--stop-timeout (\d+)/.exec(command)?.[1])).toBeGreaterThan(25);
});

test('case 72: git ignores keys and settings with secrets', () => {
  const lines = readFileSync(join(root, '.gitignore'), 'utf8').split('\n');
  expect(lines).toEqual(expect.arrayContaining(['*.pem', '*.key', '*-settings.json']));
});
