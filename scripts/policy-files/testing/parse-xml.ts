import { XMLParser } from 'fast-xml-parser';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  isArray: (name) => ['policy', 'item', 'category', 'definition', 'presentation'].includes(name),
});

/**
 * Attributes have an `@` before their name; `#text` is the text of an element with attributes.
 * @throws if the text is not well-formed
 */
export function parseXml<Root>(text: string): Root {
  return parser.parse(text, true) as Root;
}
