// The command line of every script: `--help` prints the usage, and an unknown argument is refused with it.
import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<T extends Options> = ReturnType<typeof parseArgs<{ options: T; allowPositionals: true; tokens: false }>>;

/**
 * @param usage the command, then one line per option
 * @param options as `parseArgs` of node:util takes them
 * @param allowPositionals whether the script takes arguments without a dash, such as files
 */
export function commandLine<const T extends Options = Record<never, never>>(
  usage: string,
  options: T = {} as T,
  { allowPositionals = false } = {},
): Parsed<T> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    console.log(`Usage: ${usage}`);
    process.exit(0);
  }
  try {
    return parseArgs({ options, allowPositionals }) as Parsed<T>;
  } catch (error) {
    return refuse(usage, error instanceof Error ? error.message : String(error));
  }
}

/** Ends the script because an argument is wrong. */
export function refuse(usage: string, message: string): never {
  console.error(`${message}\nUsage: ${usage}`);
  process.exit(2);
}
