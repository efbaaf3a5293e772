// The server program.
import type { AddressInfo } from 'node:net';
import { ConfigurationError, readConfiguration, type ServerConfiguration } from './configuration.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { listen } from './listen.ts';
import { logToStandardOutput as log, loggableError } from './log.ts';
import { createWebhookSender } from './sms/webhook.ts';

/** Requests take at most 20 s, and orchestrators kill after 30 s. */
const stopWithinMs = 25_000;

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
    return createGateway(configuration, {
      clock: { now: Date.now },
      sendText: createWebhookSender(webhook),
      fetch: globalThis.fetch,
      log,
    });
  } catch (error) {
    log({ level: 'error', event: 'database-open-failed', ...loggableError(error) });
    process.exit(1);
  }
}

const { gateway: configuration, webhook, host, port } = configurationOrExit();
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

let isStopping = false;
async function stop(signal: string) {
  if (isStopping) return;
  isStopping = true;
  log({ level: 'info', event: 'stopping', signal });
  setTimeout(() => process.exit(1), stopWithinMs).unref();
  await new Promise((resolve) => server.close(resolve));
  await gateway.close();
  log({ level: 'info', event: 'stopped' });
  process.exit(0);
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.on('unhandledRejection', (error) => {
  log({ level: 'error', event: 'unhandled-rejection', ...loggableError(error) });
  process.exit(1);
});
