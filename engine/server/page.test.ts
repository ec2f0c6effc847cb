import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { securityHeaders } from './headers.ts';
import { servePage } from './page.ts';

async function serve(pageDir: string, transport: Parameters<typeof securityHeaders>[0] = 'http') {
  const app = express();
  app.use(securityHeaders(transport));
  servePage(app, pageDir);
  const http = createServer(app);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const { port } = http.address() as AddressInfo;
  return (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
}

async function builtPage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chengnao-page-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>wall</title>');
  await writeFile(join(folder, 'assets', 'main-3f2a9c.js'), 'export {};');
  await writeFile(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  return folder;
}

test('hashed assets are kept for good, everything else is asked for each time', async () => {
  const get = await serve(await builtPage());
  const asset = await get('/assets/main-3f2a9c.js');
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(asset.headers.get('content-type')).toMatch(/javascript/);
  expect((await get('/icon.svg')).headers.get('cache-control')).toBe('no-cache');
  expect((await get('/')).headers.get('cache-control')).toBe('no-cache');
});

test('the page draws its known addresses; a missing asset and an unknown address are 404, not the page', async () => {
  const get = await serve(await builtPage());
  for (const path of ['/', '/wall', '/dispatch', '/live', '/pool', '/cameras', '/cameras/桥东-1', '/login']) {
    const answer = await get(path);
    expect(answer.status, path).toBe(200);
    expect(await answer.text()).toContain('<title>wall</title>');
  }
  for (const path of ['/assets/gone-1.js', '/wp-admin', '/wall.php', '/..%2f..%2fetc%2fpasswd', '/wallpaper']) {
    expect((await get(path)).status, path).toBe(404);
  }
});

test('a page that is not built is said in a sentence', async () => {
  const get = await serve(join(tmpdir(), 'chengnao-no-such-page'));
  const answer = await get('/wall');
  expect(answer.status).toBe(503);
  expect(await answer.text()).toMatch(/not built yet: run "npm run build"/);
});

test('the policy fits the map’s workers, and plain http is not asked to become https', async () => {
  const plain = (await (await serve(await builtPage()))('/')).headers;
  const policy = plain.get('content-security-policy') ?? '';
  for (const part of [
    "default-src 'self'",
    "worker-src 'self' blob:",
    "img-src 'self' blob: data:",
    "style-src 'self' 'unsafe-inline'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
  ]) {
    expect(policy).toContain(part);
  }
  expect(policy).not.toContain('upgrade-insecure-requests');
  expect(plain.get('strict-transport-security')).toBeNull();
  expect(plain.get('x-powered-by')).toBeNull();
  expect(plain.get('x-content-type-options')).toBe('nosniff');
  const trusted = (await (await serve(await builtPage(), 'https'))('/')).headers;
  expect(trusted.get('strict-transport-security')).toMatch(/max-age=/);
  const selfSigned = (await (await serve(await builtPage(), 'self-signed'))('/')).headers;
  expect(selfSigned.get('strict-transport-security')).toBeNull();
});
