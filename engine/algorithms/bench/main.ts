/** Measures what a version takes, in a process of its own: the engine's never opens a model that was uploaded. */
import { openDetector } from '#models/detector.ts';
import { readPackage } from '#models/package.ts';
import { serveApart, type Tell } from '../serve-apart.ts';
import { looksTaken } from './looks.ts';
import { BenchRequest, type BenchResult } from './request.ts';

serveApart(BenchRequest, bench);

async function bench(
  { prepared, pictures }: { prepared: string; pictures: string[] },
  tell: Tell,
): Promise<BenchResult> {
  const pkg = await readPackage(prepared);
  const rssBefore = process.memoryUsage().rss;
  const startedMs = performance.now();
  const detector = await openDetector(pkg, { threads: 1 });
  const loadMs = performance.now() - startedMs;
  try {
    const taken = await looksTaken(detector, pictures, tell);
    const rssBytes = Math.max(0, process.memoryUsage().rss - rssBefore);
    return { ...taken, loadMs, rssBytes };
  } finally {
    await detector.close();
  }
}
