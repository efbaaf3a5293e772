// What a person can ask for. A command is only written into the outbox; whoever wants to know how it goes follows its row.
import * as v from 'valibot';
import { accountPageFrom } from './account-pages.ts';
import { cloudNames } from './clouds.ts';
import { defaultMethodChoices } from './phone-method.ts';

const Id = v.pipe(v.string(), v.uuid());
const AccountId = v.pipe(v.string(), v.regex(/^[0-9a-f-]{36}\.[0-9a-f-]{36}$/i));
const ConnectionId = v.pipe(v.string(), v.maxLength(100));
/** Opaque, and longer than a user name. */
const LoginHint = v.pipe(v.string(), v.maxLength(2_000));
const MethodId = v.pipe(v.string(), v.minLength(1), v.maxLength(100));

/** Where the person was, and is led back to. */
const Surface = v.picklist(['popup', 'options']);

const DefaultMethodChoice = v.picklist(defaultMethodChoices);

/** A verification gateway, where the organization runs one: its address and the scope of its tokens. */
const GatewaySchema = v.object({
  url: v.pipe(v.string(), v.trim(), v.maxLength(2000)),
  scope: v.pipe(v.string(), v.trim(), v.maxLength(300)),
});

const ConnectionRequestSchema = v.object({
  cloud: v.picklist(cloudNames),
  tenant: v.pipe(v.string(), v.trim(), v.maxLength(253)),
  clientId: v.pipe(v.string(), v.trim(), v.maxLength(100)),
  gateway: v.optional(GatewaySchema),
});

/** Only what changes. */
const SettingsChangeSchema = v.object({
  banner: v.optional(v.boolean()),
  numberReminder: v.optional(v.boolean()),
  /** Each as it is kept. */
  accountPages: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.maxLength(500),
          v.check((page) => accountPageFrom(page) === page),
        ),
      ),
      v.maxLength(20),
    ),
  ),
});

const CommandSchema = v.variant('kind', [
  /** Connect to an organization: checked by discovery, then saved. */
  v.object({ kind: v.literal('connect'), connection: ConnectionRequestSchema }),
  v.object({ kind: v.literal('disconnect'), connectionId: ConnectionId }),
  /** Interactive: only from a click. */
  v.object({ kind: v.literal('sign-in'), connectionId: ConnectionId, loginHint: v.optional(LoginHint), from: Surface }),
  v.object({ kind: v.literal('sign-out'), accountId: AccountId, atService: v.boolean() }),
  v.object({ kind: v.literal('sync'), accountId: AccountId }),
  v.object({ kind: v.literal('enable'), accountId: AccountId, methodId: MethodId }),
  v.object({ kind: v.literal('disable'), accountId: AccountId, methodId: MethodId }),
  v.object({ kind: v.literal('make-default'), accountId: AccountId, method: DefaultMethodChoice }),
  /** Where the number is the default sign-in method, another has to become that first. */
  v.object({
    kind: v.literal('remove'),
    accountId: AccountId,
    methodId: MethodId,
    defaultFirst: v.optional(DefaultMethodChoice),
  }),
  /** What else the account has to sign in with: asked before a removal. */
  v.object({ kind: v.literal('list-methods'), accountId: AccountId }),
  /** A fresh sign-in for a command that waits for it; then that command goes on. */
  v.object({ kind: v.literal('step-up'), accountId: AccountId, commandId: Id, from: Surface }),
  /** Remember what is registered now and lead to the service's page: to add a number, or to change this one. */
  v.object({ kind: v.literal('add-hosted'), accountId: AccountId, methodId: v.optional(MethodId) }),
  /** Sign in with the number, to see that it leads to the same account. Interactive: only from a click. */
  v.object({ kind: v.literal('try-sign-in'), accountId: AccountId, methodId: MethodId, from: Surface }),
  /** "Text me a code": the secret is the number, in international form. The same id again texts nothing further. */
  v.object({
    kind: v.literal('text-code'),
    accountId: AccountId,
    verificationId: Id,
    type: v.picklist(['mobile', 'alternateMobile', 'office']),
    purpose: v.picklist(['add', 'change']),
  }),
  v.object({ kind: v.literal('resend-code'), accountId: AccountId, verificationId: Id }),
  /** "Next": the secret is the code. */
  v.object({ kind: v.literal('confirm-code'), accountId: AccountId, verificationId: Id }),
  /** The number is still the person's own. */
  v.object({ kind: v.literal('confirm-number'), accountId: AccountId, methodId: MethodId }),
  v.object({ kind: v.literal('change-settings'), settings: SettingsChangeSchema }),
  v.object({ kind: v.literal('cancel-verification'), accountId: AccountId, verificationId: Id }),
]);
export type Command = v.InferOutput<typeof CommandSchema>;
export type CommandKind = Command['kind'];

/** A command with what it needs but what must not be written down: a full number or a code. */
export const CommandMessageSchema = v.object({
  id: Id,
  command: CommandSchema,
  secret: v.optional(v.pipe(v.string(), v.maxLength(40))),
});
export type CommandMessage = v.InferOutput<typeof CommandMessageSchema>;
