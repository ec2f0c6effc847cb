/**
 * Takes the secrets out of a text that may hold stream addresses, for logs, state reasons and API answers: user and
 * password of any `scheme://…@` address become `***`, as do the values of query parameters that look like a secret.
 * A password with `/`, `?`, `#` or `@` in it, as people type them, is masked up to the last `@` of the address.
 */
export function maskAddress(text: string): string {
  return text
    .replace(
      /\b(rtsps?|rtmps?|https?|ftp):\/\/[^\s"'<>]*@/gi,
      (match) => `${match.slice(0, match.indexOf('://'))}://***@`,
    )
    .replace(
      /([?&](?:[\w.-]*(?:pass|pwd|password|passwd|token|secret|auth|sign|signature|sig|key|credential|user|username|account)[\w.-]*)=)[^&\s"'<>#]*/gi,
      '$1***',
    )
    .replace(/(\b(?:authorization|proxy-authorization)\s*:\s*)[^\r\n]*/gi, '$1***');
}

/**
 * For those who may know that a camera fails, and not where it is: whole addresses and paths of this machine go, since
 * the secret of many an HLS address is its path.
 */
export function withoutAddresses(text: string): string {
  return maskAddress(text)
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]*/gi, 'the address')
    .replace(/(^|[\s"'(])\/(?:[^\s"'<>/]+\/)*[^\s"'<>,;]+/g, '$1the file');
}
