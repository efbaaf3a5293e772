import { XMLBuilder } from 'fast-xml-parser';

/** Attributes have an `@` before their name; `#text` is the text of an element. */
export type XmlNode = string | number | XmlNode[] | { [name: string]: XmlNode };

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  format: true,
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
});

export function xml(root: { [name: string]: XmlNode }): string {
  return builder.build({ '?xml': { '@version': '1.0', '@encoding': 'utf-8' }, ...root });
}
