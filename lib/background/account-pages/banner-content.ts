// Texts of the banner. The content script has no texts of its own.
import { errorText, language, t } from '../../shared/language/translate.ts';
import type { BannerContent } from '../../shared/messages/banner-messages.ts';
import type { BannerState } from '../../shared/model/banner-visibility.ts';

export function bannerContent(state: BannerState): BannerContent {
  const { accountId, methodId, phase } = state;
  return {
    about: { accountId, methodId },
    phase,
    language,
    direction: t('direction'),
    label: t('banner.label'),
    ...textsOf(state),
  };
}

function textsOf(state: BannerState): Pick<BannerContent, 'title' | 'help' | 'buttons'> {
  const digits = state.lastDigits;
  const close = { act: 'close', text: t('action.close') } as const;
  switch (state.phase) {
    case 'offer':
      return {
        title: t('banner.offer', { digits }),
        help: t('banner.offer_help'),
        buttons: [
          { act: 'open', text: t('banner.enable') },
          { act: 'snooze', text: t('banner.not_now') },
          { act: 'never', text: t('banner.never') },
        ],
      };
    case 'working':
      return { title: t('banner.working', { digits }), buttons: [] };
    case 'sign-in':
      return { title: t('banner.sign_in'), buttons: [{ act: 'open', text: t('banner.go_on') }, close] };
    case 'failed':
      return {
        ...errorText(state.error.kind),
        buttons: [{ act: 'open', text: t('banner.what_to_do') }, close],
      };
    case 'done':
      return { title: t('banner.done', { digits }), buttons: [close] };
    case 'unfinished':
      return { title: t('banner.unfinished', { digits }), buttons: [close] };
  }
}
