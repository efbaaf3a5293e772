// Every message there is, and who may send it.
import { defineExtensionMessaging } from '@webext-core/messaging';
import type { CommandMessage } from '../model/commands.ts';
import type { LogLine } from '../model/log-line.ts';
import type { BannerAnswer, BannerMessage } from './banner-messages.ts';

export type CommandRefusal = 'no-room' | 'storage-unavailable';

/** `accountPage`: address of the page of the service that a user can turn to if the browser opens no database. */
export type StorageStatus = { isAvailable: true } | { isAvailable: false; accountPage: string | undefined };

export interface Protocol {
  /** Returns once the command's row is written, or why it cannot be written. Pages of the extension only. */
  command(message: CommandMessage): 'accepted' | CommandRefusal;
  /** A page of the extension cannot render the stored rows. Returns whether the database was damaged, and so was rebuilt. */
  repair(): boolean;
  /** A page of the extension is visible: starts a sync when one is due, without waiting for it. */
  visible(): StorageStatus;
  /** A page of the extension adds a line to the diagnostic log. */
  log(line: LogLine): void;
  /** The person has seen how a command ended, or no longer wants one that waits for a fresh sign-in, or a number. */
  dismiss(message: { id: string }): void;
  /** The banner on an account page, and nobody else; it may say nothing else. */
  banner(message: BannerMessage): BannerAnswer;
}

export const { sendMessage, onMessage } = defineExtensionMessaging<Protocol>();
