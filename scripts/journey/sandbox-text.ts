/** Text on the sandbox's own pages: its sign-in pages, its account page and its handset pages. */
export const sandboxText = {
  userName: 'User name or phone number',
  password: 'Password',
  code: 'Code',
  next: 'Next',
  signIn: 'Sign in',
  signOut: 'Sign out',
  addAMethod: 'Add a method',
  phoneNumber: 'Phone number',
  done: 'Done',
  useAnotherAccount: 'Use another account',
} as const;
