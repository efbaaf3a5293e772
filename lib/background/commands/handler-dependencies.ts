import type { ErrorDetails } from '../../shared/model/errors.ts';
import type { Account } from '../../shared/model/rows.ts';
import type { Authorize } from '../auth/authorize.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { HostedVerifier, PhoneDirectory } from '../backend.ts';
import type { Database } from '../db/database.ts';
import type { Network } from '../network.ts';
import type { Surfaces } from '../platform.ts';
import type { Sync } from '../sync/sync.ts';

export interface HandlerDependencies {
  database: Database;
  network: Network;
  /** A network that reaches one host, which the configuration does not contain yet. */
  networkTo(host: string): Network;
  authorize: Authorize;
  sessions: Sessions;
  sync: Sync;
  surfaces: Surfaces;
  directoryOf(account: Account): Promise<PhoneDirectory>;
  hostedVerifierOf(account: Account): Promise<HostedVerifier | undefined>;
  removeAccount(accountId: string): Promise<void>;
  /** Resumes the commands and verifications that wait for a sign-in of the account. */
  resumeWaiting(accountId: string, waitingId?: string): Promise<void>;
  /** Ends the command whose step-up failed. */
  stepUpFailed(waitingId: string, error: ErrorDetails): Promise<void>;
  /** Counts a sign-in whose code was refused. @returns whether the waiting command may have another */
  countSignIn(waitingId: string): Promise<boolean>;
  now: () => number;
}
