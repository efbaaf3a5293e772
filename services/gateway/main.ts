// The server program, and the command `forget <object id>`.
import type { AddressInfo } from 'node:net';
import * as v from 'valibot';
import { ConfigurationError, guid, readConfiguration, type ServerConfiguration } from './configuration.ts';
import { forgetPerson } from './forget.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { listen } from './listen.ts';
import { createLog, loggableError } from './log.ts';
import { createShutdown } from './shutdown.ts';
import { createWebhookSender } from './sms/webhook.ts';

function configurationOrExit(): ServerConfiguration {
  try {
    return readConfiguration(process.env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`The gateway cannot start. Correct its environment (see README.md):\n`);
    for (const line of error.lines) process.stderr.write(`  ${line}\n`);
    process.exit(78); // EX_CONFIG of sysexits.h
  }
}

function gatewayOrExit(): Gateway {
  try {
    const send = createWebhookSender(webhook, { log });
    return createGateway(configuration, {
      clock: { now: Date.now },
      sendText: send,
      sendEvent: send,
      log,
    });
  } catch (error) {
    log({ level: 'error', event: 'database-open-failed', ...loggableError(error) });
    process.exit(1);
  }
}

/** Ends the process when it was started with a command in place of the server. */
function runCommand([command, objectId, ...more]: readonly string[]): void {
  if (command === undefined) return;
  if (command !== 'forget' || !v.is(guid, objectId) || more.length > 0) {
    process.stderr.write('Usage: node main.ts [forget <object id>]\n');
    process.exit(64); // EX_USAGE of sysexits.h
  }
  try {
    forgetPerson(configuration, objectId, log);
  } catch (error) {
    log({ level: 'error', event: 'forget-failed', ...loggableError(error) });
    process.exit(1);
  }
  process.exit(0);
}

const log = createLog(process.stdout);
const { gateway: configuration, webhook, host, port, shutdownGraceMs } = configurationOrExit();
runCommand(process.argv.slice(2));
const gateway = gatewayOrExit();
const server = listen(gateway, { host, port });
server.on('listening', () => {
  const bound = server.address() as AddressInfo;
  log({ level: 'info', event: 'listening', host: bound.address, port: bound.port });
  void gateway.settle();
});
server.on('error', (error: NodeJS.ErrnoException) => {
  log({ level: 'error', event: 'listen-failed', host, port, code: error.code });
  process.exit(1);
});

const shutdown = createShutdown({
  failReadiness: gateway.failReadiness,
  async finish() {
    await new Promise((resolve) => server.close(resolve));
    await gateway.close();
  },
  graceMs: shutdownGraceMs,
  exit: process.exit,
  log,
});
process.on('SIGTERM', shutdown.bySignal);
process.on('SIGINT', shutdown.bySignal);
process.on('uncaughtException', (error) => shutdown.byError('uncaught-exception', error));
process.on('unhandledRejection', (error) => shutdown.byError('unhandled-rejection', error));
