// What a person can ask for. A command is only written into the journal; whoever wants to know how it goes follows its row.
import * as v from 'valibot';

const Id = v.pipe(v.string(), v.uuid());
const AccountId = v.pipe(v.string(), v.regex(/^[0-9a-f-]{36}\.[0-9a-f-]{36}$/i));
const MethodId = v.pipe(v.string(), v.minLength(1), v.maxLength(100));

/** Where the person was, and is led back to. */
const Surface = v.picklist(['popup', 'options']);

export const ConnectionRequestSchema = v.object({
  cloud: v.picklist(['global', 'usgov', 'usgovdod', 'china']),
  tenant: v.pipe(v.string(), v.trim(), v.maxLength(253)),
  clientId: v.pipe(v.string(), v.trim(), v.maxLength(100)),
});
export type ConnectionRequest = v.InferOutput<typeof ConnectionRequestSchema>;

export const CommandSchema = v.variant('kind', [
  /** Connect to an organization: checked by discovery, then saved. */
  v.object({ kind: v.literal('connect'), connection: ConnectionRequestSchema }),
  v.object({ kind: v.literal('disconnect'), connectionId: v.string() }),
  /** Interactive: only from a click. */
  v.object({ kind: v.literal('sign-in'), connectionId: v.string(), loginHint: v.optional(v.string()), from: Surface }),
  v.object({ kind: v.literal('sign-out'), accountId: AccountId, atService: v.boolean() }),
  v.object({ kind: v.literal('sync'), accountId: AccountId }),
  v.object({ kind: v.literal('enable'), accountId: AccountId, methodId: MethodId }),
  v.object({ kind: v.literal('disable'), accountId: AccountId, methodId: MethodId }),
  /** A fresh sign-in for a command that waits for it; then that command goes on. */
  v.object({ kind: v.literal('step-up'), accountId: AccountId, commandId: Id, from: Surface }),
  /** Remember what is registered now and lead to the service's page. */
  v.object({ kind: v.literal('add-hosted'), accountId: AccountId }),
]);
export type Command = v.InferOutput<typeof CommandSchema>;
export type CommandKind = Command['kind'];

export const CommandMessageSchema = v.object({ id: Id, command: CommandSchema });
export type CommandMessage = v.InferOutput<typeof CommandMessageSchema>;
