// The first script of each measured popup: reports the time of the last change to the desk page once nothing changes.
const quietMs = 300;
let lastChange = performance.now();
let timer = setTimeout(tell, quietMs);

new MutationObserver(() => {
  lastChange = performance.now();
  clearTimeout(timer);
  timer = setTimeout(tell, quietMs);
}).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });

function tell() {
  // A busy machine can take longer to draw anything.
  if (!document.getElementById('app')?.textContent) {
    timer = setTimeout(tell, quietMs);
    return;
  }
  const channel = new BroadcastChannel('bench');
  channel.postMessage({
    settledAt: performance.timeOrigin + lastChange,
    text: document.body.textContent.length,
    html: document.documentElement.outerHTML,
  });
}
