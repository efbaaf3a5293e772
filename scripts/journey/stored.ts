/** All databases and storage areas as text. Runs in a page of the extension. */
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

/** Marks all access tokens as expired. Runs in a page of the extension. */
export async function endAccessTokens(): Promise<void> {
  type Stored = Record<string, { access?: Record<string, { expiresAt: number }> }>;
  type Area = { get(): Promise<Stored>; set(items: Stored): Promise<void> };
  const { session } = (globalThis as unknown as { chrome: { storage: { session: Area } } }).chrome.storage;
  const kept = await session.get();
  for (const [key, { access = {} }] of Object.entries(kept)) {
    if (!key.startsWith('tokens:')) continue;
    for (const each of Object.values(access)) each.expiresAt = 0;
    await session.set({ [key]: kept[key] as Stored[string] });
  }
}
