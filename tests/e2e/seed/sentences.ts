// What people were promised before there was an extension: every sentence of Microsoft's page "Use your phone number as a
// user name (preview)" of April 2020, word for word. Each has a scenario of its name (seed.e2e.ts).

interface Sentence {
  /** Heading of the page that it stands under. */
  section: string;
  text: string;
}

const intro = 'Use your phone number as a user name (preview)';
const newNumber = 'When you have a new phone number';
const inUse = 'When the phone number is in use';
const existing = 'When you have an existing number';
const remove = 'When you remove your phone number';

/** By the name of the picture, in the order of the page. */
export const sentences = {
  reassurance: {
    section: intro,
    text: "Registering a device gives your phone access to your organization's services and doesn't allow your organization access to your phone.",
  },
  administrators: {
    section: intro,
    text: "If you're an administrator, you can find more information in Configure and enable users for SMS-based authentication.",
  },
  'not-available': {
    section: intro,
    text: "If your organization hasn't made SMS sign-in available, you won't see an option for it when registering a phone with your account.",
  },
  'normal-process': {
    section: newNumber,
    text: 'If you get a new phone or new number and you register it with an organization for which SMS sign-in is available, you experience the normal phone registration process:',
  },
  'add-method': { section: newNumber, text: 'Select Add method.' },
  phone: { section: newNumber, text: 'Select Phone.' },
  'text-me-a-code': { section: newNumber, text: 'Enter phone number and select Text me a code.' },
  next: { section: newNumber, text: 'After you enter the code, select Next.' },
  verified: {
    section: newNumber,
    text: 'You will see a prompt that says "SMS verified. Your phone was registered successfully."',
  },
  'known-issue': {
    section: newNumber,
    text: 'Due to a known issue in the preview, for a short time adding phone number will not register the number for SMS sign-in.',
  },
  'sign-in-to-finish': {
    section: newNumber,
    text: "You'll have to sign in with the added number and then follow the prompts to register the number for SMS sign-in.",
  },
  'in-use': {
    section: inUse,
    text: "If you try to use a phone number that someone else in your organization is using, you'll see the following message:",
  },
  'reach-out': { section: inUse, text: 'Reach out to your admin to remediate the problem.' },
  'becomes-available': {
    section: existing,
    text: 'If you are already using a phone number with an organization, and using your phone number as a user name becomes available, the following steps can help you sign in.',
  },
  banner: {
    section: existing,
    text: "When SMS sign-in is available, a banner is displayed asking if you'd like to enable the phone number for SMS sign-in:",
  },
  tile: {
    section: existing,
    text: 'Also, an Enable button appears if you select the caret on the phone method tile:',
  },
  'select-enable': { section: existing, text: 'To enable the method, select Enable.' },
  confirm: { section: existing, text: 'You are prompted to confirm the action:' },
  enable: { section: existing, text: 'Select Enable.' },
  'delete-button': {
    section: remove,
    text: 'To delete the phone number, select the delete button on the SMS sign-in phone method tile.',
  },
  ok: { section: remove, text: 'When prompted to confirm the action, select OK.' },
  'is-default': {
    section: remove,
    text: "You can't remove a phone number that is in use as the default sign-in method.",
  },
  'change-default-first': {
    section: remove,
    text: 'To remove the number, you would have to change the default sign-in method, then remove the phone number again.',
  },
} as const satisfies Record<string, Sentence>;

export type SentenceName = keyof typeof sentences;
