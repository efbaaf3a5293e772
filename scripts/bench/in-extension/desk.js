// An extension page that stays open, receives the results of the probe, and sends messages to the service worker.
const heard = [];
let listener;
new BroadcastChannel('bench').onmessage = ({ data }) => {
  if (listener) listener(data);
  else heard.push(data);
};

globalThis.desk = {
  /** The next result of a probe. */
  hear() {
    const first = heard.shift();
    if (first) return first;
    return new Promise((done) => {
      listener = (data) => {
        listener = undefined;
        done(data);
      };
    });
  },
  /** Milliseconds from a message to the answer of the service worker. */
  async ask(message) {
    const started = performance.now();
    await chrome.runtime.sendMessage(message);
    return performance.now() - started;
  },
  now: () => performance.timeOrigin + performance.now(),
};
