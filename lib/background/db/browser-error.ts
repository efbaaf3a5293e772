/** Whether an error is, or wraps, a DOMException of this name: Dexie wraps the errors of the browser. */
export function isDomException(error: unknown, wanted: string): boolean {
  const { name, inner } = Object(error) as { name?: unknown; inner?: unknown };
  return name === wanted || (inner !== undefined && inner !== error && isDomException(inner, wanted));
}
