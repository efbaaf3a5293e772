// The texts. Codes use GSM 03.38 letters, so that each fits one SMS; notices in other letters take more than one.

/**
 * The last line binds the code to a host, so that phones autofill it only there ("Origin-bound one-time codes delivered
 * via SMS", Web Incubator CG).
 */
export function codeText({ code, organization, host }: { code: string; organization: string; host: string }): string {
  return [
    `${code.slice(0, 3)} ${code.slice(3)} is your code to register this number with ${organization}.`,
    'Nobody will ask you for it.',
    '',
    `@${host} #${code}`,
  ].join('\n');
}

const notices = {
  en: {
    changed: (at: string) => `The phone number of your account at ${at} was changed to another number.`,
    added: (at: string) => `Another phone number was added to your account at ${at}.`,
    advice: "If this was not you, contact your organization's help desk now.",
  },
  de: {
    changed: (at) => `Die Telefonnummer Ihres Kontos bei ${at} wurde durch eine andere ersetzt.`,
    added: (at) => `Zu Ihrem Konto bei ${at} wurde eine weitere Telefonnummer hinzugefügt.`,
    advice: 'Wenn Sie das nicht waren, wenden Sie sich sofort an den Helpdesk Ihrer Organisation.',
  },
  fr: {
    changed: (at) => `Le numéro de téléphone de votre compte ${at} a été remplacé par un autre.`,
    added: (at) => `Un autre numéro de téléphone a été ajouté à votre compte ${at}.`,
    advice: "Si ce n'était pas vous, contactez immédiatement le support informatique de votre organisation.",
  },
  es: {
    changed: (at) => `El número de teléfono de tu cuenta de ${at} se ha cambiado por otro.`,
    added: (at) => `Se ha añadido otro número de teléfono a tu cuenta de ${at}.`,
    advice: 'Si no has sido tú, ponte en contacto ahora con el servicio de asistencia de tu organización.',
  },
  'pt-BR': {
    changed: (at) => `O número de telefone da sua conta na ${at} foi trocado por outro.`,
    added: (at) => `Outro número de telefone foi adicionado à sua conta na ${at}.`,
    advice: 'Se não foi você, fale agora com o suporte da sua organização.',
  },
  ar: {
    changed: (at) => `تم تغيير رقم هاتف حسابك لدى ${at} إلى رقم آخر.`,
    added: (at) => `تمت إضافة رقم هاتف آخر إلى حسابك لدى ${at}.`,
    advice: 'إذا لم تكن أنت من فعل ذلك، فاتصل بمكتب المساعدة في مؤسستك الآن.',
  },
  ja: {
    changed: (at) => `${at}のアカウントの電話番号が別の番号に変更されました。`,
    added: (at) => `${at}のアカウントに別の電話番号が追加されました。`,
    advice: '心当たりがない場合は、すぐに組織のヘルプデスクに連絡してください。',
  },
  'zh-CN': {
    changed: (at) => `您在 ${at} 的账户的电话号码已更改为另一个号码。`,
    added: (at) => `您在 ${at} 的账户已添加另一个电话号码。`,
    advice: '如果这不是您本人的操作，请立即联系贵组织的帮助台。',
  },
} satisfies Record<string, { changed: (at: string) => string; added: (at: string) => string; advice: string }>;

export type Language = keyof typeof notices;
export const languages = Object.keys(notices) as Language[];

/** Tells the old or the other phone number about a change, which its owner may not have made. */
export function noticeText({
  organization,
  changed,
  language,
}: {
  organization: string;
  changed: boolean;
  language: Language;
}): string {
  const words = notices[language];
  return `${(changed ? words.changed : words.added)(organization)}\n${words.advice}`;
}
