// Reads the directory and updates the cached rows. At most one sync of an account runs at a time.
import { type ErrorDetails, errorKinds, type IdentityError, identityErrorOf } from '../../shared/model/errors.ts';
import { updatedConfirmations } from '../../shared/model/number-review.ts';
import type { Account, CachedMethod } from '../../shared/model/rows.ts';
import { maskNumber } from '../../shared/phone/mask.ts';
import type { HostedVerifier, PhoneDirectory, Snapshot } from '../backend.ts';
import { requireAccount } from '../db/accounts.ts';
import { readPolicy } from '../db/connections.ts';
import { loggedDetails } from '../log.ts';
import type { Platform } from '../platform.ts';
import {
  decideSync,
  isRecoveryDue,
  nextAfterFailure,
  nextRecovery,
  nextSlowSync,
  type SyncReason,
} from './schedule.ts';

/** Graph's replicas may answer a read with what was there before a change for about this time. */
const replicaLagMs = 45_000;
/** Further reads while they contradict a recent change. */
const contradictoryReads = 2;
/** A hosted registration is abandoned after this time. */
const hostedRegistrationMs = 30 * 60_000;

interface SyncDependencies extends Pick<Platform, 'database' | 'now' | 'random'> {
  directoryOf(account: Account): Promise<PhoneDirectory>;
  verifierOf(account: Account): Promise<HostedVerifier | undefined>;
  /** Whether the snapshot lacks a change that an earlier read has shown. @param forMs age of the change */
  contradicts(accountId: string, snapshot: Snapshot, forMs: number): Promise<boolean>;
  afterRead(accountId: string, snapshot: Snapshot): Promise<void>;
  scheduled(): Promise<void>;
  /** Whether the last sign-in has asked for what the read was refused with. */
  isRepeated(accountId: string, demand: IdentityError): Promise<boolean>;
}

export function createSync(dependencies: SyncDependencies) {
  const { database, directoryOf, verifierOf, afterRead, scheduled, now, random } = dependencies;
  const running = new Map<string, Promise<Snapshot>>();

  /** Reads the directory after any running read. Rejects with an IdentityError, which is also saved. */
  function read(accountId: string): Promise<Snapshot> {
    const previous = running.get(accountId);
    // The caller of the previous read handles its failure.
    const current = (previous ? previous.catch(() => undefined) : Promise.resolve()).then(() => readNow(accountId));
    running.set(accountId, current);
    const release = () => running.get(accountId) === current && running.delete(accountId);
    current.then(release, release);
    return current;
  }

  async function readNow(accountId: string): Promise<Snapshot> {
    const account = await requireAccount(database, accountId);
    try {
      const directory = await directoryOf(account);
      let snapshot: Snapshot;
      let isDoubtful: boolean;
      let reads = 0;
      do {
        snapshot = await directory.snapshot();
        isDoubtful = await dependencies.contradicts(accountId, snapshot, replicaLagMs);
        reads += 1;
      } while (isDoubtful && reads <= contradictoryReads);
      await save(account, snapshot, isDoubtful);
      await afterRead(accountId, snapshot);
      return snapshot;
    } catch (thrown) {
      const details = loggedDetails('A sync failed.', thrown);
      const isRepeated = await dependencies.isRepeated(accountId, identityErrorOf(thrown));
      const error: ErrorDetails = isRepeated ? { ...details, kind: 'step-up-repeated' } : details;
      // The pages show a pause themselves.
      if (error.kind !== 'paused') await saveFailure(accountId, error);
      throw identityErrorOf(thrown);
    } finally {
      await scheduled();
    }
  }

  /** @param isDoubtful the next sync soon corrects the snapshot if it was out of date */
  async function save(account: Account, snapshot: Snapshot, isDoubtful: boolean): Promise<void> {
    const verifier = await verifierOf(account);
    const { syncIntervalHours } = await readPolicy(database);
    const time = now();
    const methods = snapshot.methods.map(({ id, type, phoneNumber, smsSignIn }): CachedMethod => {
      return { accountId: account.id, id, type, masked: maskNumber(phoneNumber), smsSignIn };
    });
    const tables = [database.accounts, database.methods, database.registrations, database.confirmations];
    await database.transaction('rw', tables, async () => {
      const { syncError: _, putOff: __, recovery: ___, ...current } = (await database.accounts.get(account.id)) ?? {};
      // The account may have been signed out meanwhile.
      if (!('id' in current)) return;
      await database.accounts.put({
        ...(current as Account),
        session: 'signed-in',
        defaultMethod: snapshot.defaultMethod,
        syncedAt: time,
        nextSyncAt: isDoubtful ? time + replicaLagMs : nextSlowSync(time, random, syncIntervalHours),
        failures: 0,
      });
      const ofAccount = { accountId: account.id };
      const confirmations = await database.confirmations.where(ofAccount).toArray();
      const before = await database.methods.where(ofAccount).toArray();
      await database.confirmations.where(ofAccount).delete();
      await database.confirmations.bulkPut(updatedConfirmations(confirmations, before, methods, time));
      await database.methods.where(ofAccount).delete();
      await database.methods.bulkPut(methods);
      const waiting = await database.registrations.where({ accountId: account.id, state: 'waiting' }).toArray();
      for (const registration of waiting) {
        const { before, changes } = registration;
        const candidates = changes === undefined ? methods : methods.filter(({ id }) => id === changes);
        const method = verifier?.registered(before, candidates);
        if (method) {
          await database.registrations.update(registration.id, {
            state: 'registered',
            methodId: method.id,
            masked: method.masked,
            updatedAt: time,
          });
        } else if (time - registration.startedAt > hostedRegistrationMs) {
          await database.registrations.update(registration.id, { state: 'abandoned', updatedAt: time });
        }
      }
    });
  }

  async function saveFailure(accountId: string, error: ErrorDetails): Promise<void> {
    const time = now();
    await database.accounts.where({ id: accountId }).modify((account) => {
      account.failures += 1;
      account.syncError = error;
      delete account.putOff;
      account.nextSyncAt = nextAfterFailure(time, error.retryAt, random);
      if (errorKinds[error.kind].ask !== 'sign-in') return;
      account.session = 'signed-out';
      // An attempt of this sync has already set the time of the next.
      if (isRecoveryDue(account.recovery, time)) account.recovery = nextRecovery(account.recovery, time, random);
      account.nextSyncAt = account.recovery?.nextAt ?? time;
    });
  }

  return {
    read,
    /** Syncs the account if it is due, or waits for the running read. Never rejects. */
    async when(accountId: string, reason: SyncReason): Promise<void> {
      const account = await database.accounts.get(accountId);
      if (!account) return;
      const decision = decideSync(account, reason, now(), random);
      if (decision === 'nothing') return;
      if (decision !== 'read') {
        await database.accounts.update(accountId, {
          nextSyncAt: decision.postponeTo,
          putOff: (account.putOff ?? 0) + 1,
        });
        return;
      }
      // The account shows why its sync failed.
      await (running.get(accountId) ?? read(accountId)).catch(() => undefined);
    },
  };
}

export type Sync = ReturnType<typeof createSync>;
