// That something was written, told to every page that is open: what it was is found by reading again.
export const databaseName = 'phone-sign-in';

const channelName = `${databaseName}:changed`;

/** In whatever writes. @returns what to call after a change */
export function createChangeNotifier(): () => void {
  const channel = new BroadcastChannel(channelName);
  return () => channel.postMessage('changed');
}

/** @returns a function that ends it */
export function onChange(hear: () => void): () => void {
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = hear;
  return () => channel.close();
}
