// Messages between the banner and the service worker. The banner's whole state is in the answers.
import * as v from 'valibot';

const SubjectSchema = v.strictObject({
  accountId: v.pipe(v.string(), v.maxLength(100)),
  methodId: v.pipe(v.string(), v.maxLength(100)),
});

export const BannerMessageSchema = v.variant('say', [
  /** Sent for each page and navigation. `about`: the number that the banner already shows. */
  v.strictObject({
    say: v.literal('shown'),
    path: v.pipe(v.string(), v.maxLength(1_000)),
    tenant: v.optional(v.pipe(v.string(), v.maxLength(253))),
    about: v.optional(SubjectSchema),
  }),
  /** Sent for clicks. `open` only opens the popup. */
  v.strictObject({ say: v.picklist(['open', 'snooze', 'never']), about: SubjectSchema }),
]);
export type BannerMessage = v.InferOutput<typeof BannerMessageSchema>;

/** Action of a button. `close` sends no message. */
export type BannerAct = 'open' | 'snooze' | 'never' | 'close';

export interface BannerContent {
  about: v.InferOutput<typeof SubjectSchema>;
  phase: 'offer' | 'working' | 'sign-in' | 'failed' | 'done' | 'unfinished';
  language: string;
  direction: string;
  label: string;
  title: string;
  help?: string;
  /** The first button is the primary one. */
  buttons: { act: BannerAct; text: string }[];
}

/** `not-here`: the banner is for other pages. undefined: the content script ends. */
export type BannerAnswer = BannerContent | 'not-here' | undefined;

/** Sent by the service worker to content scripts that have to ask again. */
export const bannerRefreshMessage = 'phone-sign-in:refresh';
