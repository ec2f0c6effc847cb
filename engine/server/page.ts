import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import express, { type Express, type Response } from 'express';

/** The addresses that the page itself draws; below each of them too, as in /cases/42. */
const PAGE_PATHS = [
  'wall',
  'dispatch',
  'appraisal',
  'audit',
  'live',
  'pool',
  'algorithms',
  'cameras',
  'alerts',
  'cases',
  'units',
  'officers',
  'patrol',
  'accounts',
  'suppressions',
  'proof',
  'settings',
  'login',
];

const DRAWN_BY_PAGE = new RegExp(`^/(?:(?:${PAGE_PATHS.join('|')})(?:/[^.]*)?)?$`);

/**
 * Serves the built page. Its hashed assets are kept by the browser for good; index.html is asked for each time.
 * @param pageDir where the page was built to; when it is missing, a sentence says so
 */
export function servePage(app: Express, pageDir: string): void {
  const index = join(pageDir, 'index.html');
  const patrol = join(pageDir, 'patrol.html');
  const assets = join(pageDir, 'assets') + sep;
  const setHeaders = (response: Response, path: string) => {
    const hashed = path.startsWith(assets);
    response.set('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  };
  app.use(express.static(pageDir, { index: false, redirect: false, cacheControl: false, setHeaders }));
  app.get(DRAWN_BY_PAGE, (request, response) => {
    response.set('Cache-Control', 'no-cache');
    if (existsSync(index)) {
      response.sendFile(/^\/patrol(\/|$)/.test(request.path) ? patrol : index, { cacheControl: false });
      return;
    }
    response
      .status(503)
      .type('text/plain')
      .send('The page is not built yet: run "npm run build". The API works without it.\n');
  });
  app.use((request, response) => {
    response
      .status(404)
      .type('text/plain')
      .send(`There is nothing at ${JSON.stringify(request.path)}.\n`);
  });
}
