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

/** A connection to the browser or to one of its pages. */
export interface TraceSession {
  start(config: { transferMode: 'ReportEvents'; traceConfig: { includedCategories: string[] } }): Promise<unknown>;
  end(): Promise<unknown>;
  /** @returns a function that ends it */
  onEvents(hear: (events: TraceEvent[]) => void): () => void;
  /** Settles once all events were told after an end. */
  complete(): Promise<unknown>;
}

/** What is noted while something is done, which takes longer for it. */
export async function traced(session: TraceSession, action: () => Promise<unknown>): Promise<TraceEvent[]> {
  const all: TraceEvent[] = [];
  const stopListening = session.onEvents((events) => all.push(...events));
  await session.start({ transferMode: 'ReportEvents', traceConfig: { includedCategories } });
  await action();
  const complete = session.complete();
  await session.end();
  await complete;
  stopListening();
  return all;
}
