import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupFailure, step } from './progress.mjs';
import { ROOT, run } from './run.mjs';

const LEAST_NODE = [20, 19];
const STAMP = join(ROOT, 'node_modules/.installed-from');

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1]))
    throw new SetupFailure(
      `Node ${process.versions.node} is too old: install Node ${LEAST_NODE.join('.')} or newer (nodejs.org), then run this again.`,
    );
}

/** Installs node_modules when they are missing or are not those of package-lock.json. */
export async function ensureModules() {
  requireNode();
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  await step('installing the packages of package-lock.json', async () => {
    const { code, output } = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      // Both packages bring their binary in the package; their install scripts would fetch another from elsewhere.
      env: { ONNXRUNTIME_NODE_INSTALL: 'skip', SKIP_FFMPEG: 'true' },
    });
    if (code !== 0)
      throw new SetupFailure(
        `npm ci failed (exit code ${code}): check the network and the npm registry, then run this again. npm said:\n${output.trim().slice(-1500)}`,
      );
  });
  writeFileSync(STAMP, wanted);
}
