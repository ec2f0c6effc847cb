import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { ADMIN_PASSWORD } from './product.ts';

/** Debian's Chromium, or another one by CHENGNAO_CHROMIUM. */
const EXECUTABLE = process.env.CHENGNAO_CHROMIUM || '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A microphone that hums, which nobody is asked about.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  // A name that no browser trusts as it does localhost: a page over plain HTTP, as in a city's own network.
  '--host-resolver-rules=MAP plain.test 127.0.0.1',
];

/** Small: without a graphics card each pixel of the map is drawn by the processor. */
const SIZE = { width: 1280, height: 720 };

/** For what a page is told: on the slowest machine it is there by then, and what is only found by asking again (30 to 60 s) is not. */
export const TOLD = { timeout: 10_000 };

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
}

/** The same page under a name by which it is no secure context. */
export function overPlainHttp(url: string): string {
  return url.replace(/\/\/[^:/]+/, '//plain.test');
}

export interface Seat {
  page: Page;
  context: BrowserContext;
  /** What the console said that it should not. */
  errors: string[];
}

/** A folder for pictures of the pages, to be looked at; none: none are taken. */
const PICTURES = process.env.CHENGNAO_PROOF_PICTURES;
const WALL_DESK_PHONE = [
  [3840, 1080],
  [1920, 1080],
  [390, 844],
] as const;
/** A map is drawn anew at another size. */
const DRAWN_WITHIN_MS = 1500;

/** Takes the page as it is at a wall, a desk and on a phone; the whole of it on a phone, where one scrolls. */
export async function takePictures(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  for (const [width, height] of WALL_DESK_PHONE) {
    await page.setViewportSize({ width, height });
    await sleep(DRAWN_WITHIN_MS);
    await page.screenshot({ path: join(PICTURES, `${name}-${width}.png`), fullPage: width === 390 });
  }
  await page.setViewportSize(SIZE);
  await sleep(DRAWN_WITHIN_MS);
}

/** Somebody sits down at a wall of their own: another browser profile, signed in by the form. */
export async function takeSeat(
  browser: Browser,
  url: string,
  size: { width: number; height: number } = SIZE,
  who: { username: string; password: string } = { username: 'admin', password: ADMIN_PASSWORD },
): Promise<Seat> {
  const context = await browser.newContext({ viewport: size, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`.trim());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(url);
  await page.getByLabel('用户名').fill(who.username);
  await page.getByLabel('密码', { exact: true }).fill(who.password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.getByTestId('connection-state').waitFor();
  return { page, context, errors };
}
