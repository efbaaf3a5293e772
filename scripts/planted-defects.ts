// `node scripts/planted-defects.ts`: plants one real defect after the other into a clean working tree, runs the tests named with it,
// and takes it out again. docs/planted-defects.md is what came of it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';

interface Defect {
  what: string;
  file: string;
  /** Stands there exactly once. */
  find: string;
  instead: string;
  tests: string[];
}

const stopped = 'tests/withstand/stopped.test.ts';
const verifications = 'services/gateway/verification/verifications.test.ts';

const defects: readonly Defect[] = [
  {
    what: 'A journal write skipped: that a request is about to leave is not written down',
    file: 'lib/background/commands/graph-write.ts',
    find: "    await save(entry.id, { state: 'requested' });\n",
    instead: '',
    tests: [stopped],
  },
  {
    what: 'An order swapped: the request leaves before it is written down',
    file: 'lib/background/commands/graph-write.ts',
    find: "    await save(entry.id, { state: 'requested' });\n    isSent = true;\n    await request(stageOf(entry.command, entry.defaultChanged), directory);\n",
    instead:
      "    isSent = true;\n    await request(stageOf(entry.command, entry.defaultChanged), directory);\n    await save(entry.id, { state: 'requested' });\n",
    tests: [stopped],
  },
  {
    what: 'What a stopped background left half done counts as done',
    file: 'lib/background/verification/verification.ts',
    find: 'if (!verification || verification.updatedAt < since) return false;',
    instead: 'if (!verification || verification.updatedAt < since) return true;',
    tests: [stopped],
  },
  {
    what: 'The second of two same clicks is carried out, too',
    file: 'lib/background/commands/outbox.ts',
    find: "twin ? { ...entry, state: 'cancelled', dismissed: true } : entry",
    instead: 'entry',
    tests: ['lib/background/commands/outbox.test.ts'],
  },
  {
    what: 'Rows of a clock that was put back are left as they are',
    file: 'lib/background/db/follow-clock.ts',
    find: 'const latest = now + toleranceMs;',
    instead: 'const latest = now + 1_000 * 24 * 3_600_000 + toleranceMs;',
    tests: ['tests/withstand/random.test.ts'],
  },
  {
    what: 'A number that waits in memory outlives the sign-out',
    file: 'lib/background/start.ts',
    find: '    await Promise.all(commands.map(secrets.forget));\n',
    instead: '',
    tests: ['tests/conformance/background/registration.test.ts'],
  },
  {
    what: 'A sync that ends after the sign-out brings the account back',
    file: 'lib/background/sync/sync.ts',
    find: "      if (!('id' in current)) return;\n",
    instead: "      if (!('id' in current)) Object.assign(current, account);\n",
    tests: ['lib/background/sync/sync.test.ts'],
  },
  {
    what: 'Refresh asks before the time that the service has named',
    file: 'lib/background/commands/handlers.ts',
    find: '      if (syncError && (syncError.retryAt ?? 0) > now()) throw new IdentityError(syncError.kind, syncError);\n',
    instead: '',
    tests: ['tests/withstand/faults.test.ts'],
  },
  {
    what: 'Any host may be asked',
    file: 'lib/background/network.ts',
    find: ' || !(await allowedHosts()).has(host)',
    instead: '',
    tests: ['lib/background/network.test.ts'],
  },
  {
    what: 'Whoever is inside the extension may send commands, also its script on a web page',
    file: 'lib/background/message-senders.ts',
    find: 'if (sender.id !== own.id || originOfSender(sender) !== own.origin) {',
    instead: 'if (sender.id !== own.id) {',
    tests: ['lib/background/message-senders.test.ts'],
  },
  {
    what: 'The nonce of the id token is not looked at',
    file: 'lib/background/auth/authorize.ts',
    find: 'expectedNonce: nonce,',
    instead:
      'expectedNonce: JSON.parse(atob(((await response.clone().json()).id_token.split(".")[1]).replaceAll("-", "+").replaceAll("_", "/"))).nonce,',
    tests: ['lib/background/auth/authorize.test.ts'],
  },
  {
    what: 'Another tenant may sign in',
    file: 'lib/background/auth/authorize.ts',
    find: "  if (tid !== target.tenantId) throw new IdentityError('account-not-allowed');\n",
    instead: '',
    tests: ['lib/background/auth/authorize.test.ts'],
  },
  {
    what: "An id token's times are judged by the machine's clock",
    file: 'lib/background/auth/authorize.ts',
    find: 'iat - Math.floor(Date.now() / 1000)',
    instead: '0',
    tests: ['lib/background/auth/authorize.test.ts'],
  },
  {
    what: 'A token that was refused is not renewed',
    file: 'lib/background/graph/request.ts',
    find: 'response.status === 401 && !renew',
    instead: 'response.status === 401 && renew',
    tests: ['tests/conformance/backend/entra.test.ts'],
  },
  {
    what: 'One more digit of a number is shown and kept',
    file: 'lib/shared/phone/mask.ts',
    find: 'slice(-3)',
    instead: 'slice(-4)',
    tests: ['lib/shared/phone/mask.test.ts'],
  },
  {
    what: 'Gateway: wrong codes are not counted',
    file: 'services/gateway/verification/code-check.ts',
    find: 'const attemptsLeft = tries_left - 1;',
    instead: 'const attemptsLeft = tries_left;',
    tests: [verifications],
  },
  {
    what: 'Gateway: a code counts for longer than ten minutes',
    file: 'services/gateway/verification/code-check.ts',
    find: 'now >= newest.at + codeLifetimeMs',
    instead: 'now > newest.at + codeLifetimeMs',
    tests: [verifications],
  },
  {
    what: 'Gateway: an old sign-in is enough for a text',
    file: 'services/gateway/verification/verifications.ts',
    find: "    if (!signedInRecently) throw new Problem('needs-step-up', { claims: stepUpClaims });\n",
    instead: '',
    tests: [verifications],
  },
  {
    what: 'Gateway: the caller of another tenant is let in',
    file: 'services/gateway/api/access-token.ts',
    find: 'parsed.output.tid !== tenantId',
    instead: 'false',
    tests: ['services/gateway/api/access-token.test.ts'],
  },
  {
    what: 'A transaction in memory that fails leaves half of what it wrote',
    file: 'lib/background/db/memory-indexed-db.ts',
    find: '    if (this.#isOver) for (const [table, rows] of before) table.rows = rows;\n',
    instead: '',
    tests: ['lib/background/db/memory-indexed-db.test.ts'],
  },
  {
    what: 'A browser that opens databases again is gone over to, with what was begun in memory left behind',
    file: 'lib/background/db/storage.ts',
    find: 'const isInMemory = former !== undefined;',
    instead: 'const isInMemory = false;',
    tests: ['lib/background/db/storage.test.ts'],
  },
  {
    what: 'A damaged policy counts as none: everybody is wiped',
    file: 'lib/background/db/mending.ts',
    find: "if (damage.has('policy')) {",
    instead: "if (damage.has('nothing')) {",
    tests: ['lib/background/db/storage.test.ts'],
  },
  {
    what: 'A command that could not be written down is carried out',
    file: 'lib/background/commands/outbox.ts',
    find: "      await database.outbox.add(twin ? { ...entry, state: 'cancelled', dismissed: true } : entry);\n",
    instead:
      "      await database.outbox.add(twin ? { ...entry, state: 'cancelled', dismissed: true } : entry).catch(() => {});\n",
    tests: ['tests/withstand/storage.test.ts'],
  },
];

const Report = v.object({
  testResults: v.array(
    v.object({
      message: v.string(),
      assertionResults: v.array(v.object({ status: v.string(), fullName: v.string() })),
    }),
  ),
});

/** The tests that fail, or that the tests could not even begin. */
function failingTests(files: readonly string[]): string[] {
  const report = join(mkdtempSync(join(tmpdir(), 'planted-')), 'report.json');
  spawnSync('vitest', ['run', '--reporter=json', `--outputFile=${report}`, ...files], { stdio: 'ignore' });
  const { testResults } = v.parse(Report, JSON.parse(readFileSync(report, 'utf8')));
  return testResults.flatMap(({ message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
    return assertionResults.length === 0 ? [message] : failed;
  });
}

if (import.meta.main) {
  const rows: string[] = [];
  for (const { what, file, find, instead, tests } of defects) {
    const text = readFileSync(file, 'utf8');
    if (text.split(find).length !== 2) throw new Error(`${file} does not hold this exactly once: ${find}`);
    let failing: string[];
    try {
      writeFileSync(
        file,
        text.replace(find, () => instead),
      );
      failing = failingTests(tests);
    } finally {
      writeFileSync(file, text);
    }
    const [first = '**none**', ...more] = failing;
    const caught = `${first.replaceAll('|', '\\|')}${more.length > 0 ? ` and ${more.length} more` : ''}`;
    console.log(`${what}: ${caught}`);
    rows.push(`| ${what} | \`${file}\` | ${caught} | \`${tests.join('`, `')}\` |`);
  }
  writeFileSync(
    'docs/planted-defects.md',
    `# Defects that were planted, and what caught them

Written by \`node scripts/planted-defects.ts\`, which plants each into a clean working tree, runs the tests named with it, and takes it
out again. The seventh was planted by its check alone first, which did no harm: the database refuses a row without an id.

| Defect | Where | Caught by | In |
| --- | --- | --- | --- |
${rows.join('\n')}
`,
  );
}
