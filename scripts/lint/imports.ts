// Part of `npm run lint`: prints every violation of the import rules.
import { importViolations } from './import-rules.ts';

const violations = await importViolations();
for (const violation of violations) console.error(violation);
if (violations.length > 0) process.exitCode = 1;
