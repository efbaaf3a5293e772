/** The labels and sentences that the specification prescribes word for word; tests find all other text by its key. */
export const specification = {
  addMethod: 'Add method',
  phone: 'Phone',
  textMeACode: 'Text me a code',
  next: 'Next',
  verified: 'SMS verified. Your phone was registered successfully.',
  enable: 'Enable',
  ok: 'OK',
  defaultInUse: "You can't remove a phone number that is in use as the default sign-in method.",
  reassurance:
    "Registering a device gives your phone access to your organization's services and doesn't allow your organization access to your phone.",
  guide: 'Configure and enable users for SMS-based authentication',
} as const;
