// The user of a request, as the access token tells.

export interface SecondFactor {
  /** Whether a verification may start. `claim-missing`: no sign-in changes it, because the app registration lacks the claim. */
  atStart: 'proven' | 'step-up' | 'claim-missing';
  /** Whether a verification that this user started may go on. */
  later: 'proven' | 'step-up';
}

export interface User {
  /** The directory's object id: the only account that the token may change. */
  oid: string;
  /** Client id (`azp`) of the application that the token was issued to. */
  client: string | undefined;
  /** Of the sign-in (`sid`), if the token tells. */
  session: string | undefined;
  secondFactor: SecondFactor;
}
