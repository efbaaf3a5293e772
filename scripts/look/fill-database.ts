// Runs in a page of the extension and replaces everything stored. Self-contained, because its source is sent to the page.

export interface Stored {
  rows: object;
  drafts: Record<string, object>;
  log?: object[];
}

export async function fillDatabase({ rows, drafts, log = [] }: Stored): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('phone-sign-in');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const names = [...database.objectStoreNames];
  const transaction = database.transaction(names, 'readwrite');
  for (const name of names) {
    transaction.objectStore(name).clear();
    const stored = (rows as Record<string, object | object[]>)[name] ?? [];
    for (const row of [stored].flat()) transaction.objectStore(name).put(row);
  }
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = () => reject(transaction.error);
  });
  database.close();
  const { chrome } = globalThis as never as { chrome: typeof import('wxt/browser').browser };
  await chrome.storage.session.clear();
  await chrome.storage.session.set({ log });
  await chrome.storage.session.set(
    Object.fromEntries(Object.entries(drafts).map(([name, draft]) => [`draft:${name}`, draft])),
  );
}
