// Starts Firefox with a new profile and connects by WebDriver BiDi (w3c.github.io/webdriver-bidi, Firefox's remote/ folder).
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const startLimit = 180_000;
const endLimit = 30_000;

export type Preferences = Record<string, string | number | boolean>;

export interface FirefoxProcess {
  send<Answer>(method: string, parameters: object): Promise<Answer>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  end(): Promise<void>;
}

/** Rejects with the output of Firefox if it does not start. */
export async function startFirefox(options: {
  program: string;
  profileFolder: string;
  preferences: Preferences;
  headless: boolean;
}): Promise<FirefoxProcess> {
  await mkdir(options.profileFolder, { recursive: true });
  const lines = Object.entries(options.preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  await writeFile(join(options.profileFolder, 'user.js'), lines.join(''));
  const child = spawn(
    options.program,
    [
      ...(options.headless ? ['--headless', '--width=1280', '--height=900'] : []),
      '--profile',
      options.profileFolder,
      '--no-remote',
      '--remote-debugging-port=0',
      // Gives remote access to extension pages and to the browser window.
      '--remote-allow-system-access',
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  // Ends Firefox when this process ends with an uncaught error.
  const killAtExit = () => child.kill('SIGKILL');
  process.on('exit', killAtExit);
  const ended = new Promise<void>((done) => {
    child.once('exit', () => {
      process.off('exit', killAtExit);
      done();
    });
  });
  try {
    const session = await openSession(await debuggingAddress(child));
    return {
      send: session.send,
      ended,
      async end() {
        await session.send('browser.close', {}).catch(() => {});
        const timer = setTimeout(killAtExit, endLimit);
        await ended;
        clearTimeout(timer);
      },
    };
  } catch (error) {
    killAtExit();
    throw error;
  }
}

function debuggingAddress(child: ChildProcess): Promise<string> {
  return new Promise((done, reject) => {
    const printed: string[] = [];
    const fail = (why: string) => reject(new Error(`Firefox ${why}. It printed:\n${printed.join('\n')}`));
    const timer = setTimeout(fail, startLimit, 'did not come up');
    child.once('error', (error) => fail(`could not be started: ${error.message}`));
    child.once('exit', (code) => fail(`ended at once with status ${code}`));
    if (!child.stderr) return fail('has no standard error');
    createInterface({ input: child.stderr }).on('line', (line) => {
      const address = /^WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1];
      if (address) {
        clearTimeout(timer);
        done(address);
      } else if (printed.length < 50) printed.push(line);
    });
  });
}

type Message = { id?: number; result?: unknown; error?: string; message?: string };

async function openSession(address: string): Promise<Pick<FirefoxProcess, 'send'>> {
  const socket = new WebSocket(`${address}/session`);
  await new Promise((done, reject) => {
    socket.addEventListener('open', done, { once: true });
    socket.addEventListener('error', () => reject(new Error('Firefox refused the connection.')), { once: true });
  });
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const message: Message = JSON.parse(String(data));
    const waiting = message.id === undefined ? undefined : pending.get(message.id);
    if (!waiting || message.id === undefined) return;
    pending.delete(message.id);
    if (message.error) waiting.reject(new Error(`${message.error}: ${message.message}`));
    else waiting.resolve(message.result);
  });
  socket.addEventListener('close', () => {
    for (const waiting of pending.values()) waiting.reject(new Error('Firefox closed the connection.'));
    pending.clear();
  });
  const send = <Answer>(method: string, params: object): Promise<Answer> => {
    if (socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error('Firefox closed the connection.'));
    const waiting = Promise.withResolvers<unknown>();
    last += 1;
    pending.set(last, waiting);
    socket.send(JSON.stringify({ id: last, method, params }));
    return waiting.promise as Promise<Answer>;
  };
  await send('session.new', { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
  return { send };
}
