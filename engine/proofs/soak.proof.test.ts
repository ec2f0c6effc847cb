import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { ROOT } from './product.ts';

interface SoakLine {
  online: number;
  faults: Record<string, number>;
  reconnects: number;
  lostAlerts: number;
  neverRecovered: string[];
  shardRestarts: number;
}

test('two minutes of seeded faults: every camera comes back, and no alert is lost', async () => {
  const args = ['run', '-s', 'soak', '--', '--minutes', '2', '--cameras', '8', '--quietS', '12', '--seed', '3'];
  const soak = spawn('npm', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  soak.stdout.on('data', (chunk) => {
    output += chunk;
  });
  expect(await new Promise((resolve) => soak.once('exit', resolve))).toBe(0);
  const line: SoakLine = JSON.parse(output);
  console.log(output.trim());
  expect(Object.values(line.faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(40);
  expect(line.reconnects).toBeGreaterThan(0);
  expect(line).toMatchObject({ online: 8, lostAlerts: 0, neverRecovered: [], shardRestarts: 0 });
});
