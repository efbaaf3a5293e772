// What the extension keeps, wherever that is.

/** All databases and storage areas of the extension, as text. Runs in one of its pages. */
export async function everythingStored(): Promise<string> {
  const answer = <Result>(request: IDBRequest<Result>) =>
    new Promise<Result>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const kept: unknown[] = [];
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await answer(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      kept.push(await answer(database.transaction(store).objectStore(store).getAll()));
    }
    database.close();
  }
  type Area = { get(): Promise<unknown> };
  const { chrome } = globalThis as unknown as { chrome: { storage: Record<'local' | 'session', Area> } };
  kept.push(await chrome.storage.local.get(), await chrome.storage.session.get(), { ...localStorage });
  return JSON.stringify(kept);
}
