// The browser interface of the bench. The end-to-end driver attaches a debugger to each page, which would be measured, too.
import type { Stored } from '../look/fill-database.ts';
import type { Profile, ProfiledThread } from './profile.ts';

export interface BenchBrowser {
  /** Process id of the browser. */
  readonly pid: number;
  /** Opens the popup, returns the time of its last change in milliseconds and its text, and closes it. */
  openPopup(): Promise<{ settledMs: number; textLength: number; html: string }>;
  /** Records a profile during the action, which slows the action. */
  profile(thread: ProfiledThread, action: () => Promise<unknown>): Promise<Profile>;
  stopBackground(): Promise<void>;
  /** Milliseconds from a message to the answer of the service worker. */
  ask(message: object): Promise<number>;
  /** Replaces the stored data. */
  fill(stored: Stored): Promise<void>;
  /** Runs an expression in a page of the extension. */
  evaluate<Answer>(expression: string): Promise<Answer>;
  close(): Promise<void>;
}
