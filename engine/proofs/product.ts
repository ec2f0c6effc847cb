import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Alert } from '../contract/alert.ts';
import type { Camera } from '../contract/camera.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const ADMIN_PASSWORD = 'proof-of-the-product';
const START_WITHIN_MS = 60_000;

export interface ProductOptions {
  /** Kept between two starts to prove what survives; a new one otherwise. */
  dataDir?: string;
  port?: number;
  env?: Record<string, string>;
  /** Settings of the site other than those of the shipped one. */
  site?: Record<string, unknown>;
}

/** The running product, started as `npm start` starts it, on a site without cameras. Nothing in it is replaced. */
export class Product {
  readonly dataDir: string;
  readonly url: string;
  readonly output: () => string;
  #child: ChildProcess;
  #cookie = '';

  static async start(options: ProductOptions = {}): Promise<Product> {
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'chengnao-proof-'));
    const child = spawn(process.execPath, ['--import', 'tsx', 'engine/main.ts'], {
      cwd: ROOT,
      env: {
        ...process.env,
        CHENGNAO_DATA: dataDir,
        CHENGNAO_SITE: writeSite(`${dataDir}-site`, options.site),
        CHENGNAO_PORT: String(options.port ?? 0),
        CHENGNAO_ADMIN_PASSWORD: ADMIN_PASSWORD,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const deadline = Date.now() + START_WITHIN_MS;
    for (;;) {
      const address = /https?:\/\/[\w.[\]:]+:\d+/.exec(output)?.[0];
      if (address) return new Product(child, dataDir, address, () => output);
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`the product did not start:\n${output}`);
      await sleep(50);
    }
  }

  private constructor(child: ChildProcess, dataDir: string, url: string, output: () => string) {
    this.#child = child;
    this.dataDir = dataDir;
    this.url = url;
    this.output = output;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get cookie(): string {
    return this.#cookie;
  }

  async signIn(username = 'admin', password = ADMIN_PASSWORD): Promise<void> {
    const answer = await fetch(`${this.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    if (!answer.ok) throw new Error(`sign in: ${answer.status} ${await answer.text()}`);
    this.#cookie = answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  }

  async fetch(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: { cookie: this.#cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.fetch(method, path, body);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }

  alerts = async (): Promise<Alert[]> =>
    (await this.api<{ items: Alert[] }>('GET', '/api/alerts?after=0&limit=500')).items;

  camera = (id: string): Promise<Camera> => this.api('GET', `/api/cameras/${id}`);

  kill(signal: NodeJS.Signals): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.kill(signal);
    return gone;
  }

  /** Ends it as Ctrl-C does and removes its data. */
  async end(): Promise<void> {
    if (this.#child.exitCode === null && !this.#child.signalCode) await this.kill('SIGINT');
    for (const folder of [this.dataDir, `${this.dataDir}-site`]) rmSync(folder, { recursive: true, force: true });
  }
}

/** A site with the shipped settings of Dezhou, one patrol unit and no cameras. */
function writeSite(folder: string, settings: Record<string, unknown> = {}): string {
  const site = JSON.parse(readFileSync(join(ROOT, 'config/dezhou/site.json'), 'utf8'));
  const units = [{ id: 'patrol-1', name: '巡查一组', division: '371400' }];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'site.json'), JSON.stringify({ ...site, units, ...settings }));
  return folder;
}

/** Asks until the answer is truthy. */
export async function until<T>(
  what: string,
  withinMs: number,
  ask: () => Promise<T | undefined | null | false>,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(100);
  }
}
