/** @returns undefined for a body that is not JSON, because it matches no schema either */
export function jsonOf(response: Response): Promise<unknown> {
  return response.json().catch(() => undefined);
}
