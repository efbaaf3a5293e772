// XML as a strict parser reads it, for tests of what we write; and the property lists that are written in it.
import sax from 'sax';

export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

/** @throws what is not well-formed */
export function parseXml(source: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = sax.parser(true);
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = ({ name, attributes }) => {
    const element: Element = { name, attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  };
  parser.ontext = (text) => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  parser.onclosetag = () => {
    open.pop();
  };
  parser.write(source).close();
  const [element] = root.children;
  if (!element) throw new Error('There is no element.');
  return element;
}

/** Every element of that name, at any depth. */
export function elements(root: Element, name: string): Element[] {
  return root.children.flatMap((child) => [...(child.name === name ? [child] : []), ...elements(child, name)]);
}

export function parsePropertyList(source: string): unknown {
  const root = parseXml(source);
  const [value] = root.children;
  if (root.name !== 'plist' || !value || root.children.length !== 1) throw new Error('This is no property list.');
  return propertyOf(value);
}

function propertyOf({ name, text, children }: Element): unknown {
  switch (name) {
    case 'string':
      return text;
    case 'integer':
      return Number(text);
    case 'true':
    case 'false':
      return name === 'true';
    case 'array':
      return children.map(propertyOf);
    case 'dict': {
      const entries: [string, unknown][] = [];
      for (let index = 0; index < children.length; index += 2) {
        const [key, value] = children.slice(index, index + 2);
        if (key?.name !== 'key' || !value) throw new Error('A dict has keys and values in turn.');
        entries.push([key.text, propertyOf(value)]);
      }
      return Object.fromEntries(entries);
    }
    default:
      throw new Error(`${name} is no property.`);
  }
}
