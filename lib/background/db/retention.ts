// What nobody touched for ninety days goes.
import type { Database } from './database.ts';

export const retentionDays = 90;

export async function deleteOld({ journal, registrations, verifications }: Database, now: number): Promise<void> {
  const before = now - retentionDays * 24 * 60 * 60_000;
  await journal.where('updatedAt').below(before).delete();
  for (const table of [registrations, verifications]) {
    await table.filter(({ updatedAt }: { updatedAt: number }) => updatedAt < before).delete();
  }
}
