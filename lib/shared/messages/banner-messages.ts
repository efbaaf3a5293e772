// What the banner on a web page may say, and what it is told. It holds no state of its own: all it knows comes with an answer.
import * as v from 'valibot';

const SubjectSchema = v.strictObject({
  accountId: v.pipe(v.string(), v.maxLength(100)),
  methodId: v.pipe(v.string(), v.maxLength(100)),
});

export const BannerMessageSchema = v.variant('say', [
  /** The page is looked at. `path`: where in its host; `about`: what its banner shows already. */
  v.strictObject({
    say: v.literal('shown'),
    path: v.pipe(v.string(), v.maxLength(1_000)),
    tenant: v.optional(v.pipe(v.string(), v.maxLength(253))),
    about: v.optional(SubjectSchema),
  }),
  /** A person clicked. Enable and its like only open a page of ours. */
  v.strictObject({ say: v.picklist(['open', 'snooze', 'never']), about: SubjectSchema }),
]);
export type BannerMessage = v.InferOutput<typeof BannerMessageSchema>;

/** What a button of the banner does; `close` ends the banner and tells nobody. */
export type BannerAct = 'open' | 'snooze' | 'never' | 'close';

/** What the banner shows, in the person's language. */
export interface BannerContent {
  about: { accountId: string; methodId: string };
  phase: 'offer' | 'working' | 'sign-in' | 'failed' | 'done' | 'unfinished';
  language: string;
  direction: string;
  /** Name of the region. */
  label: string;
  title: string;
  help?: string;
  /** The first one is the main one. */
  buttons: { act: BannerAct; text: string }[];
}

/** `not-here`: there is something, but not for this page. Nothing at all: the script ends itself. */
export type BannerAnswer = BannerContent | 'not-here' | undefined;

/** From the background to a page: something has changed, ask again. */
export const bannerRefreshMessage = 'phone-sign-in:look';
