// Sends the messages that the page asks for to an extension: itself, and through the background of this extension.
addEventListener('message', async ({ data, source }) => {
  if (source !== window || !data.messages) return;
  const { id, messages } = data;
  const own = await Promise.all(
    messages.map((message) =>
      chrome.runtime.sendMessage(id, message).then(
        (answer) => answer ?? null,
        (error) => ({ thrown: error.message }),
      ),
    ),
  );
  const ofBackground = await chrome.runtime.sendMessage({ id, messages });
  postMessage({ answers: [...own, ...ofBackground] }, '*');
});
