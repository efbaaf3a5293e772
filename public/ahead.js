// Opens the database while the page's code is still loading. components/data/read-tables.ts uses the connection.
try {
  const opening = indexedDB.open('phone-sign-in');
  // Only the service worker creates the database.
  opening.onupgradeneeded = () => opening.transaction.abort();
  // An open connection would block an upgrade.
  opening.onsuccess = () => {
    opening.result.onversionchange = () => opening.result.close();
  };
  globalThis.openedAhead = opening;
} catch {
  // read-tables.ts meets the same error, and shows it.
}
