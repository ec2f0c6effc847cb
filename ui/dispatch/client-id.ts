/** An id of the page's own for what it sends, also over plain HTTP, where the browser makes none. */
export function clientId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
