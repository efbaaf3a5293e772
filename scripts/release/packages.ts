// The packages of a release, as files in a zip.
import JSZip from 'jszip';

/** Each file of a package by its path. */
export async function entriesOf(zip: Buffer): Promise<Map<string, Buffer>> {
  const { files } = await JSZip.loadAsync(zip);
  const entries = Object.values(files).filter(({ dir }) => !dir);
  return new Map(
    await Promise.all(entries.map(async (entry) => [entry.name, await entry.async('nodebuffer')] as const)),
  );
}

/**
 * What the Chrome Web Store takes: the tested package without the manifest's `key`, which that store refuses. Made from that
 * package and not built anew, so that no other difference can come in.
 */
export async function chromeStorePackage(tested: Buffer): Promise<Buffer> {
  const store = new JSZip();
  for (const [path, content] of await entriesOf(tested)) {
    // The same bytes whenever it is made: the form cannot say an earlier time.
    const options = { date: new Date(Date.UTC(1980, 0, 1)), createFolders: false };
    store.file(path, path === 'manifest.json' ? withoutKey(content.toString()) : content, options);
  }
  return store.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE', compressionOptions: { level: 9 } });
}

function withoutKey(manifest: string): string {
  const { key: _, ...rest } = JSON.parse(manifest) as Record<string, unknown>;
  return JSON.stringify(rest);
}

/** Paths whose bytes are not the same in both, or that only one has. */
export async function differences(one: Buffer, other: Buffer): Promise<string[]> {
  const [ofOne, ofOther] = [await entriesOf(one), await entriesOf(other)];
  const paths = new Set([...ofOne.keys(), ...ofOther.keys()]);
  return [...paths].filter((path) => !ofOther.get(path)?.equals(ofOne.get(path) ?? Buffer.alloc(0)));
}
