import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a browser says that this request comes from a page of another origin. A request that says nothing (a
 * program, not a browser) is not one: it brings its cookie on purpose.
 * @returns the foreign origin, or null when the request is the site's own
 */
export function foreignOrigin(headers: IncomingHttpHeaders): string | null {
  const host = hostOf(`http://${headers.host ?? ''}`);
  const said = headers.origin ?? headers.referer;
  if (said !== undefined) return host !== null && hostOf(said) === host ? null : said;
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site' ? `a ${site} page` : null;
}

/** Host and port, ports that go without saying left out; null when the text is no address ("null" is none). */
function hostOf(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.hostname === '') return null;
  return url.port === '80' || url.port === '443' ? url.hostname : url.host;
}
