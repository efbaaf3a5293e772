// Runs Mozilla's add-on linter, which the store runs too; every finding except the allowed ones is an error.
import * as v from 'valibot';
import { type Count, check, run } from './steps.ts';

// Preact assigns innerHTML for a property that the extension does not use.
const allowed = ['UNSAFE_VAR_ASSIGNMENT'];

const Finding = v.object({ code: v.string(), message: v.string(), file: v.optional(v.string()) });
const Report = v.object({ errors: v.array(Finding), warnings: v.array(Finding), notices: v.array(Finding) });

/** @param source a folder or a packed file */
export async function lintAddOn(source: string): Promise<Count> {
  const { output } = await run('web-ext', ['lint', '--source-dir', source, '--output', 'json', '--no-input'], {
    quiet: true,
  });
  const report = v.parse(Report, JSON.parse(output));
  const findings = [...report.errors, ...report.warnings, ...report.notices];
  const unexpected = findings.filter(({ code }) => !allowed.includes(code));
  for (const { code, message, file } of unexpected) console.error(`${file ?? 'manifest.json'}: ${code}: ${message}`);
  return check(unexpected.length === 0);
}
