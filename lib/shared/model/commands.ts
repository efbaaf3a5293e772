// The commands that a page can send. The page follows the row that a command writes.
import * as v from 'valibot';
import { accountPageFrom } from './account-pages.ts';
import { cloudNames } from './clouds.ts';
import { defaultMethodChoices } from './phone-method.ts';
import { storedValues } from './stored-values.ts';

const Id = v.pipe(v.string(), v.uuid());
const AccountId = v.pipe(v.string(), v.regex(/^[0-9a-f-]{36}\.[0-9a-f-]{36}$/i));
const ConnectionId = v.pipe(v.string(), v.maxLength(100));
/** Opaque, and may be longer than a user name. */
const LoginHint = v.pipe(v.string(), v.maxLength(2_000));
const MethodId = v.pipe(v.string(), v.minLength(1), v.maxLength(100));

/** The page that the user came from and returns to. */
const Surface = v.picklist(['popup', 'options']);
const DefaultMethodChoice = v.picklist(defaultMethodChoices);

const trimmed = (maxLength: number) => v.pipe(v.string(), v.trim(), v.maxLength(maxLength));

const ConnectionRequestSchema = v.object({
  cloud: v.picklist(cloudNames),
  tenant: trimmed(253),
  clientId: trimmed(100),
  /** The verification gateway of the organization and the scope of its access tokens. */
  gateway: v.optional(v.object({ url: trimmed(2_000), scope: trimmed(300) })),
});

const NormalizedPage = v.pipe(
  v.string(),
  v.maxLength(500),
  v.check((page) => accountPageFrom(page) === page),
);

/** A missing field stays as it is. */
const SettingsChangeSchema = v.object({
  banner: v.optional(v.boolean()),
  numberReminder: v.optional(v.boolean()),
  accountPages: v.optional(v.pipe(v.array(NormalizedPage), v.maxLength(20))),
});

const method = { accountId: AccountId, methodId: MethodId };
const verification = { accountId: AccountId, verificationId: Id };

const CommandSchema = v.variant('kind', [
  /** Checked by discovery before it is saved. */
  v.object({ kind: v.literal('connect'), connection: ConnectionRequestSchema }),
  v.object({ kind: v.literal('disconnect'), connectionId: ConnectionId }),
  /** Interactive. */
  v.object({ kind: v.literal('sign-in'), connectionId: ConnectionId, loginHint: v.optional(LoginHint), from: Surface }),
  v.object({ kind: v.literal('sign-out'), accountId: AccountId, atService: v.boolean() }),
  v.object({ kind: v.literal('sync'), accountId: AccountId }),
  v.object({ kind: v.literal('enable'), ...method }),
  v.object({ kind: v.literal('disable'), ...method }),
  v.object({ kind: v.literal('make-default'), accountId: AccountId, method: DefaultMethodChoice }),
  /** `defaultFirst`: the method that becomes the default first, if the number is the default. */
  v.object({ kind: v.literal('remove'), ...method, defaultFirst: v.optional(DefaultMethodChoice) }),
  /** Reads the sign-in methods that are no phones. */
  v.object({ kind: v.literal('list-methods'), accountId: AccountId }),
  /** Interactive sign-in that resumes the command or verification with the id `waitingId`. */
  v.object({
    ...{ kind: v.literal('step-up'), accountId: AccountId, waitingId: Id, from: Surface },
    /** The service lets the user choose, because a colleague has a session there. */
    chooseAccount: v.optional(v.boolean()),
  }),
  /** Opens the service's page where a number is added, or the number of `methodId` is changed. */
  v.object({ kind: v.literal('add-hosted'), accountId: AccountId, methodId: v.optional(MethodId) }),
  /** Interactive sign-in with the number, to check that it leads to the same account. */
  v.object({ kind: v.literal('try-sign-in'), ...method, from: Surface }),
  /** With `phoneNumber`. The same verification id again sends no further text message. */
  v.object({
    kind: v.literal('text-code'),
    ...verification,
    type: v.picklist(['mobile', 'alternateMobile', 'office']),
    purpose: v.picklist(storedValues.verifications.purpose),
  }),
  v.object({ kind: v.literal('resend-code'), ...verification }),
  /** With `code`. */
  v.object({ kind: v.literal('confirm-code'), ...verification }),
  /** The user confirms that the number is still theirs. */
  v.object({ kind: v.literal('confirm-number'), ...method }),
  v.object({ kind: v.literal('change-settings'), settings: SettingsChangeSchema }),
  v.object({ kind: v.literal('cancel-verification'), ...verification }),
]);
export type Command = v.InferOutput<typeof CommandSchema>;
export type CommandKind = Command['kind'];

/** `phoneNumber` (E.164) and `code` are kept in storage.session only, never in the command's row. */
export const CommandMessageSchema = v.object({
  id: Id,
  command: CommandSchema,
  phoneNumber: v.optional(v.pipe(v.string(), v.maxLength(40))),
  code: v.optional(v.pipe(v.string(), v.maxLength(40))),
  /** The running sign-in that the user starts again. */
  replaces: v.optional(Id),
});
export type CommandMessage = v.InferOutput<typeof CommandMessageSchema>;
export type TypedInput = Omit<CommandMessage, 'id' | 'command'>;

const ofVerification = ['text-code', 'resend-code', 'confirm-code', 'cancel-verification'] as const;
/** The commands that drive the row of a verification. Every other command has a row in the outbox. */
export type VerificationCommand = Extract<Command, { kind: (typeof ofVerification)[number] }>;
export type OutboxCommand = Exclude<Command, VerificationCommand>;

export function isVerificationCommand(command: Command): command is VerificationCommand {
  return (ofVerification as readonly CommandKind[]).includes(command.kind);
}
