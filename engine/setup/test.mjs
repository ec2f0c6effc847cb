/** `npm test`: installs what is missing, then static checks, unit tests, and the proofs on the running product. */
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureModules } from './modules.mjs';
import { ensurePage } from './page.mjs';
import { orSayWhy, SetupFailure, step } from './progress.mjs';
import { isProgram, ROOT, run } from './run.mjs';

/** What the tests need besides Node: how to see that it is there, and the Debian packages that bring it. */
const NEEDED = [
  { what: 'ffmpeg', there: () => isProgram('ffmpeg'), packages: ['ffmpeg'] },
  { what: 'Chromium', there: () => isProgram('chromium'), packages: ['chromium', 'fonts-noto-cjk'] },
  {
    what: "GStreamer's RTSP server",
    there: async () => (await run('/usr/bin/python3', ['-c', GST_PROBE])).code === 0,
    packages: ['python3-gi', 'gir1.2-gst-rtsp-server-1.0', 'gstreamer1.0-plugins-good', 'gstreamer1.0-plugins-bad'],
  },
];
const GST_PROBE = `import gi
gi.require_version('GstRtspServer', '1.0')
from gi.repository import Gst, GstRtspServer
Gst.init(None)
assert all(Gst.ElementFactory.find(name) for name in ('rtph264pay', 'rtph265pay', 'h264parse', 'h265parse'))`;

await orSayWhy(async () => {
  await ensureModules();
  await ensurePrograms();
  if ((await run(process.execPath, [join(ROOT, 'engine/setup/check.mjs')], { show: true })).code !== 0) process.exit(1);
  await ensurePage();
  process.exitCode = await inScratch(async (scratch) => {
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
    for (const projects of [['unit', 'unit-apart'], ['long-proof'], ['page-proof'], ['proof']]) {
      const named = projects.flatMap((project) => ['--project', project]);
      const env = { TMPDIR: scratch };
      const { code } = await run(process.execPath, [vitest, 'run', ...named], { show: true, env });
      if (code !== 0) return code;
    }
    return 0;
  });
});

/**
 * What the tests write for themselves lies in one folder, which goes with them.
 * @param {(folder: string) => Promise<number>} work
 */
async function inScratch(work) {
  const folder = mkdtempSync(join(tmpdir(), 'chengnao-test-'));
  // PostgreSQL does not run as root: the account that it has then passes through here.
  chmodSync(folder, 0o755);
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ensurePrograms() {
  const missing = [];
  for (const needed of NEEDED) if (!(await needed.there())) missing.push(needed);
  if (missing.length === 0) return;
  const packages = missing.flatMap((needed) => needed.packages);
  const byHand = `apt-get install ${packages.join(' ')}`;
  const names = missing.map((needed) => needed.what).join(', ');
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new SetupFailure(`The tests need ${names}: install with \`${byHand}\`, then run npm test again.`);
  await step(`installing ${names}`, async () => {
    await run('apt-get', ['update']);
    const { code, output } = await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (code !== 0) throw new SetupFailure(`\`${byHand}\` failed: ${output.trim().slice(-800)}`);
  });
}
