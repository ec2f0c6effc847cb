/** `npm start`: installs what is missing, builds the page, and becomes the engine. */
import { resolve } from 'node:path';
import { fetchDemoClip } from './demo-clip.mjs';
import { ensureModules } from './modules.mjs';
import { ensurePage } from './page.mjs';
import { orSayWhy } from './progress.mjs';
import { ROOT } from './run.mjs';

await orSayWhy(async () => {
  const dataDir = resolve(process.env.CHENGNAO_DATA || `${ROOT}data`);
  const isDemo = !process.env.CHENGNAO_SITE;
  const [clipTrouble] = await Promise.all([isDemo ? fetchDemoClip(dataDir) : null, ensureModules().then(ensurePage)]);
  if (clipTrouble) process.env.CHENGNAO_DEMO_TROUBLE = clipTrouble;
  const { register } = await import('tsx/esm/api');
  register();
  await import('../main.ts');
});
