// Notifies open pages that the database has changed.
export const databaseName = 'phone-sign-in';

const channelName = `${databaseName}:changed`;

export function createChangeNotifier(): () => void {
  const channel = new BroadcastChannel(channelName);
  return () => channel.postMessage('changed');
}

/** @returns a function that ends the subscription */
export function onChange(listener: () => void): () => void {
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = listener;
  return () => channel.close();
}
