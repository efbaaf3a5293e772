// `npm run generate` writes every file that is generated from the catalog of managed settings.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { commandLine } from './command-line.ts';
import { managedSchema } from './policy-files/managed-schema.ts';
import { settingsPage } from './policy-files/settings-page.ts';
import { exampleDeployment, templates } from './policy-files/templates.ts';

/** Texts by path in the repository. */
export function policyFiles(): Record<string, string> {
  return {
    'public/managed_schema.json': managedSchema(),
    'docs/it/settings.md': settingsPage(),
    ...Object.fromEntries(
      Object.entries(templates(exampleDeployment)).map(([path, text]) => [`docs/it/templates/${path}`, text]),
    ),
  };
}

if (import.meta.main) {
  commandLine('npm run generate');
  for (const [path, text] of Object.entries(policyFiles())) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}
