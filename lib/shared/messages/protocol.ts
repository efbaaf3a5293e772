// The message protocol. All messages except `banner` are accepted from extension pages only.
import { defineExtensionMessaging } from '@webext-core/messaging';
import type { CommandMessage } from '../model/commands.ts';
import type { LogLine } from '../model/log-line.ts';
import type { BannerAnswer, BannerMessage } from './banner-messages.ts';

export type CommandRefusal = 'no-room' | 'storage-unavailable';

/** `accountPage`: address of the page of the service that a user can turn to if the browser opens no database. */
export type StorageStatus = { isAvailable: true } | { isAvailable: false; accountPage: string | undefined };

export interface Protocol {
  /** Returns once the command's row is written, or why it cannot be written. */
  command(message: CommandMessage): 'accepted' | CommandRefusal;
  /** A page cannot render the stored rows. Returns whether the database was damaged, and so was rebuilt. */
  repair(): boolean;
  /** A page is visible: starts due syncs and resumes waiting commands, without waiting for them. */
  visible(): StorageStatus;
  log(line: LogLine): void;
  /** Closes the result of a command or a notice, or cancels a waiting command or registration. */
  dismiss(message: { id: string }): void;
  /** The only message accepted from content scripts, and only on account pages. */
  banner(message: BannerMessage): BannerAnswer;
}

export const { sendMessage, onMessage } = defineExtensionMessaging<Protocol>();
