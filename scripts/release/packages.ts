import JSZip from 'jszip';

/** @returns files of a package by path */
export async function entriesOf(zip: Buffer): Promise<Map<string, Buffer>> {
  const { files } = await JSZip.loadAsync(zip);
  const entries = Object.values(files).filter(({ dir }) => !dir);
  return new Map(
    await Promise.all(entries.map(async (entry) => [entry.name, await entry.async('nodebuffer')] as const)),
  );
}

/**
 * Copies the tested package without the manifest's `key`, which the Chrome Web Store rejects. A second build could differ
 * in more than that.
 */
export async function chromeStorePackage(tested: Buffer): Promise<Buffer> {
  const store = new JSZip();
  for (const [path, content] of await entriesOf(tested)) {
    // The earliest date of the zip format makes the bytes reproducible.
    const options = { date: new Date(Date.UTC(1980, 0, 1)), createFolders: false };
    store.file(path, path === 'manifest.json' ? withoutKey(content.toString()) : content, options);
  }
  return store.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE', compressionOptions: { level: 9 } });
}

function withoutKey(manifest: string): string {
  const { key: _, ...rest } = JSON.parse(manifest) as Record<string, unknown>;
  return JSON.stringify(rest);
}

/** @returns paths that differ or exist in one package only */
export async function differences(one: Buffer, other: Buffer): Promise<string[]> {
  const [ofOne, ofOther] = [await entriesOf(one), await entriesOf(other)];
  const paths = new Set([...ofOne.keys(), ...ofOther.keys()]);
  return [...paths].filter((path) => !ofOther.get(path)?.equals(ofOne.get(path) ?? Buffer.alloc(0)));
}
