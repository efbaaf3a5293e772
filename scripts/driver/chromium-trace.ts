// Chromium's own notes of what its threads do (DevTools protocol, domain Tracing).

/** A complete event (`X`) has a duration, in microseconds. */
export interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  /** What of it the thread was on a processor. */
  tdur?: number;
  args?: { name?: string };
}

const includedCategories = [
  'toplevel',
  'blink',
  'devtools.timeline',
  'disabled-by-default-v8.compile',
  'v8',
  'loading',
];

/** A connection to the browser, or to one of its pages. */
export interface TraceSession {
  send(method: 'Tracing.start' | 'Tracing.end', params?: object): Promise<unknown>;
  /** @returns a function that ends it */
  on(method: 'Tracing.dataCollected' | 'Tracing.tracingComplete', hear: (params: unknown) => void): () => void;
}

/** What is noted while something is done, which takes longer for it. */
export async function traced({ send, on }: TraceSession, action: () => Promise<unknown>): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  const complete = Promise.withResolvers<unknown>();
  const listening = [
    on('Tracing.dataCollected', (params) => events.push(...(params as { value: TraceEvent[] }).value)),
    on('Tracing.tracingComplete', complete.resolve),
  ];
  await send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories } });
  await action();
  await send('Tracing.end');
  await complete.promise;
  for (const stop of listening) stop();
  return events;
}
