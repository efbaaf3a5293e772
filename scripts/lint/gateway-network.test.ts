// The rules of biome.json that leave services/gateway/outgoing.ts as the only way out of the gateway.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

/** @returns which of these files biome refuses under the configuration of this project */
function refusedBy(files: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'phone-sign-in-biome-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  copyFileSync('biome.json', join(root, 'biome.json'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const flags = ['--vcs-enabled=false', '--reporter=github', '--max-diagnostics=none'];
  const { stdout } = spawnSync('biome', ['lint', ...flags, '.'], { cwd: root, encoding: 'utf8' });
  return Object.keys(files).filter((path) => stdout.includes(`/${path},line=`));
}

const waysOut = [
  "fetch('https://example.com');",
  'export const options = { fetch };',
  "globalThis.fetch('https://example.com');",
  "global.fetch('https://example.com');",
  "new WebSocket('wss://example.com');",
  "new EventSource('https://example.com');",
  "import { get } from 'node:http'; get('http://example.com');",
  "import * as http from 'node:http'; http.get('http://example.com');",
  "import { get } from 'http'; get('http://example.com');",
  "export { get } from 'node:https';",
  "const { get } = await import('node:https'); get('https://example.com');",
  "import { connect } from 'node:net'; connect(443);",
  "import { connect } from 'node:tls'; connect(443);",
  "import { createSocket } from 'node:dgram'; createSocket('udp4');",
  "import { resolve } from 'node:dns/promises'; resolve('example.com');",
  "import { spawn } from 'node:child_process'; spawn('curl');",
  "import { createRequire } from 'node:module'; createRequire('/')('http');",
  "import { request } from 'undici'; request('https://example.com');",
  "import agent from 'undici/lib/agent.js'; agent();",
];

const allowed = {
  'services/gateway/outgoing.ts': waysOut[0] as string,
  'services/gateway/api/routes.test.ts': waysOut[0] as string,
  'services/gateway/testing/tenant.ts': waysOut[0] as string,
  'services/gateway/api/passed.ts': 'export const ask = (fetch: () => void) => fetch();',
  'services/gateway/listen.ts': "import type { Server } from 'node:http'; export type { Server };",
};

test('case 68: each way to the network past outgoing.ts is refused in the sources of the gateway', () => {
  const files = Object.fromEntries(waysOut.map((text, index) => [`services/gateway/api/way-${index}.ts`, text]));
  expect(refusedBy({ ...files, ...allowed })).toEqual(Object.keys(files));
});
