// A page of the extension that stays open beside what is measured: it hears what the popup's probe tells, and speaks to the worker.
const heard = [];
let listener;
new BroadcastChannel('bench').onmessage = ({ data }) => {
  if (listener) listener(data);
  else heard.push(data);
};

globalThis.desk = {
  /** The next thing a probe tells. */
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
  /** Milliseconds from a message to the worker's answer. */
  async ask(message) {
    const started = performance.now();
    await chrome.runtime.sendMessage(message);
    return performance.now() - started;
  },
  now: () => performance.timeOrigin + performance.now(),
};
