// Opens the database while the page's own code is still on its way. components/data/page-tables.ts takes over from here.
try {
  const opening = indexedDB.open('phone-sign-in');
  // To make it is not for a page to do.
  opening.onupgradeneeded = () => opening.transaction.abort();
  // An upgrade must not have to wait for this page.
  opening.onsuccess = () => {
    opening.result.onversionchange = () => opening.result.close();
  };
  globalThis.openedAhead = opening;
} catch {
  // A browser that lets nothing be opened: met again, and told, by who would take over.
}
