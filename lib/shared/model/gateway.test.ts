import { describe, expect, test } from 'vitest';
import { clouds } from './clouds.ts';
import { isGatewayScope, isOfMicrosoft } from './gateway.ts';

const appId = 'bbbbbbbb-cccc-4ddd-8eee-ffffffffffff';

describe('case 67: the scope of a gateway can be', () => {
  test.each([
    `api://${appId}/PhoneVerification`,
    `api://${appId.toUpperCase()}/PhoneVerification`,
    `api://contoso.onmicrosoft.com/${appId}/Phone.Verification_2-b`,
    `api://${appId}/one/two/three/x`,
    `api://${'a'.repeat(100)}/${'b'.repeat(100)}`,
    // Others' names that contain one of Microsoft's.
    'api://notmicrosoft.com/x',
    'api://graph.microsoft.com.contoso.example/x',
    'api://login.contoso.example/x',
  ])('%s', (scope) => {
    expect(isGatewayScope(scope)).toBe(true);
  });
});

describe('case 67: the scope of a gateway cannot be', () => {
  test.each([
    // Microsoft Graph and the sign-in services.
    'https://graph.microsoft.com/UserAuthenticationMethod.ReadWrite',
    'https://graph.microsoft.com/.default',
    'https://GRAPH.microsoft.com/User.Read',
    'User.Read',
    'openid',
    'api://00000003-0000-0000-c000-000000000000/.default',
    'api://00000003-0000-0000-C000-000000000000/User.Read',
    'api://00000002-0000-0000-c000-000000000000/User.Read',
    'api://00000002-0000-0ff1-ce00-000000000000/Mail.Read',
    'api://00000003-0000-0FF1-CE00-000000000000/x',
    'api://0000000300000000c000000000000000/User.Read',
    'api://contoso.example/00000003-0000-0000-c000-000000000000/User.Read',
    'api://797f4846-ba00-4fd7-ba43-dac1f8f63013/user_impersonation',
    'api://CFA8B339-82a2-471a-a3c9-0fc0be7a4093/user_impersonation',
    'api://499b84ac-1321-427f-aa17-267ca6975798/user_impersonation',
    'api://graph.microsoft.com/User.Read',
    'api://Graph.Microsoft.COM/User.Read',
    'api://graph.microsoft.com./User.Read',
    'api://contoso.example/graph.microsoft.com/User.Read',
    'api://management.azure.com/user_impersonation',
    // Other schemes and forms.
    'https://contoso.example/PhoneVerification',
    `API://${appId}/PhoneVerification`,
    `http://${appId}/PhoneVerification`,
    `xapi://${appId}/PhoneVerification`,
    `api:/${appId}/PhoneVerification`,
    'api:///PhoneVerification',
    'api://PhoneVerification',
    `api://${appId}`,
    `api://${appId}/`,
    `api://${appId}/PhoneVerification/`,
    `api://${appId}//PhoneVerification`,
    `api://${appId}/.default`,
    `api://${appId}/one/two/three/four/x`,
    `api://${'a'.repeat(101)}/x`,
    `api://${appId}/${'b'.repeat(101)}`,
    `api://https://graph.microsoft.com/User.Read`,
    'api://graph%2emicrosoft.com/User.Read',
    '',
    // Two scopes.
    `api://${appId}/PhoneVerification https://graph.microsoft.com/User.Read`,
    `https://graph.microsoft.com/User.Read api://${appId}/PhoneVerification`,
    ...[' ', '\t', '\n', '\u00a0', '%20', '+', ','].map((gap) => `api://${appId}/Phone${gap}User.Read`),
    ` api://${appId}/PhoneVerification`,
    `api://${appId}/PhoneVerification\n`,
  ])('%j', (scope) => {
    expect(isGatewayScope(scope)).toBe(false);
  });
});

test('case 67: the sign-in and Graph hosts of every cloud are of Microsoft, in every spelling', () => {
  for (const { login, graph } of Object.values(clouds)) {
    for (const host of [login, graph, `${graph}.`, `..${login}`, graph.toUpperCase(), `x.${login}`]) {
      expect(isOfMicrosoft(host), host).toBe(true);
    }
    expect(isOfMicrosoft(`x${graph}`.replace('microsoft', 'm')), graph).toBe(false);
  }
  for (const host of ['login.windows.net', 'sts.windows.net', 'login.microsoft.com', 'outlook.office.com']) {
    expect(isOfMicrosoft(host), host).toBe(true);
  }
});

test('case 67: hosts that Azure gives to its customers are not of Microsoft', () => {
  for (const host of [
    'x.azurewebsites.net',
    'x.westeurope.cloudapp.azure.com',
    'x.azure-api.net',
    'gateway.contoso.cn',
  ]) {
    expect(isOfMicrosoft(host), host).toBe(false);
  }
});
