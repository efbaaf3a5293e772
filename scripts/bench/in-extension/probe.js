// The first script of each measured popup, ours and the control: when the page changed for the last time. It tells the desk
// once nothing has changed for a while, so that nothing else has to look into the popup while it opens.
const quietMs = 300;
let lastChange = performance.now();
let timer = setTimeout(tell, quietMs);

new MutationObserver(() => {
  lastChange = performance.now();
  clearTimeout(timer);
  timer = setTimeout(tell, quietMs);
}).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });

function tell() {
  // A loaded machine may take longer than that to draw anything at all.
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
