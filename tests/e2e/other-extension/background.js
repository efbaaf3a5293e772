// Sends messages for the content script, and returns the answers.
chrome.runtime.onMessage.addListener(({ id, messages }, _sender, respond) => {
  Promise.all(
    messages.map((message) =>
      chrome.runtime.sendMessage(id, message).then(
        (answer) => answer ?? null,
        (error) => ({ thrown: error.message }),
      ),
    ),
  ).then(respond);
  return true;
});
