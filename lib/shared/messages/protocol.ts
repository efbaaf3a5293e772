// Every message there is, and who may send it.
import { defineExtensionMessaging } from '@webext-core/messaging';
import type { CommandMessage } from '../model/commands.ts';
import type { BannerAnswer, BannerMessage } from './banner-messages.ts';

export interface Protocol {
  /** Answers once the command's row is written, whatever becomes of it; or that the disk is full. Pages of the extension only. */
  command(message: CommandMessage): 'accepted' | 'no-room';
  /** Something that is stored keeps a page of the extension from being drawn. */
  undrawable(): void;
  /** A page of the extension is visible: syncs when due, and goes on with what waits. Answers at once. */
  visible(): void;
  /** The person has seen how a command ended, or no longer wants one that waits for a fresh sign-in, or a number. */
  dismiss(message: { id: string }): void;
  /** The banner on an account page, and nobody else; it may say nothing else. */
  banner(message: BannerMessage): BannerAnswer;
}

export const { sendMessage, onMessage } = defineExtensionMessaging<Protocol>();
