// What the bench does with a browser. The end-to-end driver attaches a debugger to each page, which is part of what would be
// measured; here nothing is attached to the popup.
import type { Stored } from '../look/fill-database.ts';
import type { Profile, ProfiledThread } from './profile.ts';

export interface BenchBrowser {
  /** Of the browser's first process. */
  readonly pid: number;
  /** Opens the popup as the toolbar does; answers milliseconds until it changed for the last time, and what it was then; then closes it. */
  openPopup(): Promise<{ settledMs: number; textLength: number; html: string }>;
  /** Where the time goes while something is done, by the browser's own notes, which take time themselves. */
  profile(thread: ProfiledThread, action: () => Promise<unknown>): Promise<Profile>;
  stopBackground(): Promise<void>;
  /** Milliseconds from a message to the worker's answer. */
  ask(message: object): Promise<number>;
  /** Replaces all that is stored. */
  fill(stored: Stored): Promise<void>;
  /** Runs in a page of the extension. */
  evaluate<Answer>(expression: string): Promise<Answer>;
  close(): Promise<void>;
}
