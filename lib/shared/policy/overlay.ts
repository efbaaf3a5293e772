// Policy lies over what is stored, while it is there, and is never copied into it: so nothing is left when it goes.

import type { Command } from '../model/commands.ts';
import type { Connection } from '../model/rows.ts';
import type { PolicyKey, PolicyValues } from './rules.ts';

/** Why nothing works at the moment: the organization said so, or what it set is not enough to work with. */
export type Inert = { why: 'paused' } | { why: 'missing'; keys: PolicyKey[] };

/** Whoever sets one of these means to connect the extension. */
const connectionKeys: PolicyKey[] = ['cloud', 'tenantId', 'clientId', 'scopes', 'gatewayUrl', 'gatewayScope'];

/** @returns undefined where people can work */
export function inertnessOf(policy: PolicyValues): Inert | undefined {
  if (policy.paused) return { why: 'paused' };
  const means =
    policy.allowManualSetup === false || policy.tenantLock || connectionKeys.some((key) => policy[key] !== undefined);
  const keys = means ? (['tenantId', 'clientId'] as const).filter((key) => policy[key] === undefined) : [];
  return keys.length > 0 ? { why: 'missing', keys } : undefined;
}

/** Keys that are ignored, since another one they need is not there. */
export function lonelyKeys(policy: PolicyValues): { key: PolicyKey; needs: PolicyKey }[] {
  const pairs: [PolicyKey, PolicyKey][] = [
    ['gatewayUrl', 'gatewayScope'],
    ['gatewayScope', 'gatewayUrl'],
  ];
  return pairs.flatMap(([key, needs]) =>
    policy[key] !== undefined && policy[needs] === undefined ? [{ key, needs }] : [],
  );
}

/** The connections that count; none while the extension is inert. */
export function connectionsInEffect(stored: readonly Connection[], policy: PolicyValues): Connection[] {
  if (inertnessOf(policy)) return [];
  const managed = managedConnection(policy);
  const byHand = policy.tenantLock || policy.allowManualSetup === false ? [] : stored;
  return [...(managed ? [managed] : []), ...byHand.filter(({ id }) => id !== managed?.id)].map((connection) => ({
    ...connection,
    ...(policy.smsSignIn === 'off' ? { smsSignIn: 'off' as const } : {}),
  }));
}

function managedConnection(policy: PolicyValues): Connection | undefined {
  const { cloud = 'global', tenantId, clientId, organizationName = '', scopes, gatewayUrl, gatewayScope } = policy;
  if (tenantId === undefined || clientId === undefined) return undefined;
  return {
    id: tenantId.toLowerCase(),
    cloud,
    tenant: organizationName,
    clientId: clientId.toLowerCase(),
    connectedAt: 0,
    managed: true,
    ...(scopes && scopes.length > 0 ? { scopes } : {}),
    ...(gatewayUrl && gatewayScope ? { gateway: { url: new URL(gatewayUrl).origin, scope: gatewayScope } } : {}),
  };
}

/** Whether people may connect the extension to an organization themselves. */
export function mayConnect(policy: PolicyValues): boolean {
  return policy.allowManualSetup !== false && !policy.tenantLock;
}

/** What is always possible: it only takes away what is kept here. */
const leaving: readonly Command['kind'][] = ['sign-out', 'disconnect', 'cancel-verification'];

/** Why a command is refused, whatever the page that sent it showed. */
export function refusalOf(command: Command, policy: PolicyValues): 'paused' | 'not-available' | undefined {
  if (leaving.includes(command.kind)) return undefined;
  if (inertnessOf(policy)) return 'paused';
  const isRefused =
    (command.kind === 'connect' && !mayConnect(policy)) ||
    (command.kind === 'enable' && policy.smsSignIn === 'off') ||
    (command.kind === 'remove' && policy.allowRemove === false);
  return isRefused ? 'not-available' : undefined;
}
