// Chromium's trace of its threads (DevTools protocol, domain Tracing).

/** A complete event (`X`); times in microseconds. */
export interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  /** Processor time of the event. */
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

/** Connection to the browser or to a page. */
export interface TraceSession {
  send(method: 'Tracing.start' | 'Tracing.end', params?: object): Promise<unknown>;
  /** @returns a function that removes the listener */
  on(method: 'Tracing.dataCollected' | 'Tracing.tracingComplete', hear: (params: unknown) => void): () => void;
}

/** Records a trace during the action, which slows the action. */
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
