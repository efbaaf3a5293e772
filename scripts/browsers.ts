// Finds the system's Chromium and Firefox. As root with apt, missing ones are installed; otherwise the install command is
// printed.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

export const browserNames = ['chromium', 'firefox'] as const;
export type BrowserName = (typeof browserNames)[number];

export const browserTitles = { chromium: 'Chromium', firefox: 'Firefox' } as const satisfies Record<
  BrowserName,
  string
>;

// Chrome is missing, because it no longer loads an unpacked extension from its command line.
const known: Record<BrowserName, { variable: string; commands: string[]; debianPackage: string }> = {
  chromium: {
    variable: 'CHROMIUM_PATH',
    commands: ['chromium', 'chromium-browser', '/Applications/Chromium.app/Contents/MacOS/Chromium'],
    debianPackage: 'chromium',
  },
  firefox: {
    variable: 'FIREFOX_PATH',
    commands: ['firefox-esr', 'firefox', '/Applications/Firefox.app/Contents/MacOS/firefox'],
    debianPackage: 'firefox-esr',
  },
};

/** @returns path of the browser's program; the environment variable takes precedence over PATH */
export function findBrowser(name: BrowserName): string | undefined {
  const { variable, commands } = known[name];
  const chosen = process.env[variable];
  if (chosen) {
    if (!isExecutable(chosen)) throw new Error(`${variable} is set to ${chosen}, which is not a program.`);
    return chosen;
  }
  return commands.map(findCommand).find((path) => path !== undefined);
}

/** Debian packages Chromium and Firefox in English; each further language is a package of its own. */
const languagePack: Record<BrowserName, (tag: string) => { file: string; debianPackage: string }> = {
  chromium: (tag) => ({ file: `/usr/lib/chromium/locales/${tag}.pak`, debianPackage: 'chromium-l10n' }),
  firefox(tag) {
    const name = tag === 'es' ? 'es-ES' : tag;
    const file = `/usr/lib/firefox-esr/browser/extensions/langpack-${name}@firefox-esr.mozilla.org.xpi`;
    return { file, debianPackage: `firefox-esr-l10n-${name.toLowerCase()}` };
  },
};

/**
 * Installs languages as root with apt, otherwise prints the missing packages; tests of a missing language are skipped.
 *
 * @param tags BCP 47
 */
export function requireLanguages(names: readonly BrowserName[], tags: readonly string[]): void {
  const packs = names.flatMap((name) => tags.map((tag) => languagePack[name](tag)));
  const missing = new Set(packs.filter(({ file }) => !existsSync(file)).map(({ debianPackage }) => debianPackage));
  if (missing.size === 0) return;
  const packages = [...missing].join(' ');
  if (findCommand('apt-get') && process.getuid?.() === 0)
    spawnSync('sh', ['-c', installing(packages)], { stdio: 'inherit' });
  else console.log(`Not installed, so that nothing is tried in these languages: ${packages}`);
}

/** Ends the process with the install command if a browser is missing and cannot be installed. */
export function requireBrowsers(names: readonly BrowserName[]): void {
  const missing = names.filter((name) => findBrowser(name) === undefined);
  if (missing.length === 0) return;
  const packages = missing.map((name) => known[name].debianPackage);
  if (findCommand('apt-get') && process.getuid?.() === 0) {
    console.log(`Installing ${packages.join(' and ')} …`);
    spawnSync('sh', ['-c', installing(packages.join(' '))], { stdio: 'inherit' });
    if (missing.every((name) => findBrowser(name) !== undefined)) return;
    console.error('The installation failed; its message is above.');
  } else {
    console.error(`${missing.join(' and ')} not found. ${howToGet(missing, packages)}`);
  }
  const variables = missing.map((name) => `${known[name].variable}=/path/to/${name}`);
  console.error(`One that is elsewhere can be named: ${variables.join(' ')}`);
  process.exit(1);
}

function installing(packages: string): string {
  return `apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${packages}`;
}

function howToGet(missing: BrowserName[], packages: string[]): string {
  if (findCommand('apt-get')) return `Run: sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}`;
  if (findCommand('dnf')) return `Run: sudo dnf install -y ${missing.join(' ')}`;
  if (findCommand('pacman')) return `Run: sudo pacman -S ${missing.join(' ')}`;
  if (findCommand('brew')) return `Run: brew install --cask ${missing.join(' ')}`;
  return `Install ${missing.join(' and ')} with your system's package manager.`;
}

function findCommand(command: string): string | undefined {
  if (isAbsolute(command)) return isExecutable(command) ? command : undefined;
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
