// Writes packages, update manifest and deployment templates for an organization that hosts the extension itself.
//   npm run package:self-hosted -- --key private-key.pem --url https://extensions.contoso.example/phone-sign-in [--policy settings.json]
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { redirectUris } from '../lib/shared/model/extension-ids.ts';
import type { PolicyValues } from '../lib/shared/policy/setting-definitions.ts';
import { checkPolicy } from '../lib/shared/policy/validate.ts';
import packageJson from '../package.json' with { type: 'json' };
import { buildExtension } from './build.ts';
import { commandLine } from './command-line.ts';
import { exampleDeployment } from './policy-files/templates.ts';
import { selfHostedFiles } from './self-hosted/files.ts';

try {
  const { key, url, policy, out } = options();
  const privateKey = await readKey(key);
  const settings = policy ? await readSettings(policy) : exampleDeployment.settings;
  const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-package-'));
  try {
    const { chromiumPackage, firefox } = await buildExtension(folder);
    const { id, redirectUri, origin, files } = selfHostedFiles({
      version: packageJson.version,
      chromiumZip: await readFile(chromiumPackage),
      firefoxZip: await readFile(firefox),
      privateKey,
      baseUrl: url,
      settings,
    });
    await rm(out, { recursive: true, force: true });
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(out, path)), { recursive: true });
      await writeFile(join(out, path), content);
    }
    console.log(`Written to ${out}: ${Object.keys(files).length} files.

  Upload to ${url}/
${Object.keys(files)
  .filter((path) => !path.includes('/'))
  .map((path) => `    ${path}`)
  .join('\n')}
  Deploy      templates/${policy ? '' : ' (replace the values of the example organization, or run this again with --policy FILE)'}

  Chromium id                 ${id}
  Redirect URI, Chromium      ${redirectUri}
  Redirect URI, Firefox       ${redirectUris.firefox}
  Gateway's ALLOWED_ORIGINS   ${origin},moz-extension://*

Only Firefox ESR installs the unsigned .xpi, with the preference in the templates. For other editions, have it signed by Mozilla
as an unlisted add-on, and remove the preference.`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function options(): { key: string; url: string; policy: string | undefined; out: string } {
  const usage = 'npm run package:self-hosted -- --key FILE --url BASE [--policy FILE] [--out FOLDER]';
  const { values } = commandLine(usage, {
    key: { type: 'string' },
    url: { type: 'string' },
    policy: { type: 'string' },
    out: { type: 'string', default: '.output/self-hosted' },
  });
  const { key, url, policy, out } = values;
  if (!key || !url) throw new Error(`--key and --url are required.\nUsage: ${usage}`);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Error(`--url ${url} is not an http or https address.\nUsage: ${usage}`);
  return { key, url: url.replace(/\/+$/, ''), policy, out };
}

async function readKey(path: string): Promise<KeyObject> {
  const pem = await readFile(path, 'utf8').catch(() => {
    throw new Error(`${path} cannot be read. Create a key with
  openssl genrsa -out ${path} 2048
Keep it safe: it is required for every update, and anyone who has it can publish updates.`);
  });
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {}
  throw new Error(`${path} is not an RSA private key in PEM format.`);
}

async function readSettings(path: string): Promise<PolicyValues> {
  const { values, rejected } = checkPolicy(JSON.parse(await readFile(path, 'utf8')));
  if (rejected.length > 0) {
    throw new Error(`${path}: ${rejected.map(({ key, why }) => `${key}: ${why}`).join('; ')}`);
  }
  return values;
}
