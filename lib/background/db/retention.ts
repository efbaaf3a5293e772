import { retentionDays } from '../../shared/tables/tables.ts';
import type { Database } from './database.ts';

export async function deleteOld({ outbox, registrations, verifications }: Database, now: number): Promise<void> {
  const before = now - retentionDays * 24 * 60 * 60_000;
  await outbox.where('updatedAt').below(before).delete();
  for (const table of [registrations, verifications]) {
    await table.filter(({ updatedAt }: { updatedAt: number }) => updatedAt < before).delete();
  }
}
