// Text in XML: ADMX, plist, update manifest.

/** Fit for an element's content and for an attribute in double quotes. */
export function xmlText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
