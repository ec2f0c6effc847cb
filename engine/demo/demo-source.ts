import type { Kysely } from 'kysely';
import { patchCamera, type SiteArea } from '../cameras/write-cameras.ts';
import type { Schema } from '../store/schema.ts';
import { type DemoCamera, startDemoCamera } from './demo-camera.ts';

const DEMO_CAMERA_ID = 'demo-1';

export interface Demo {
  camera: DemoCamera | null;
  /** What the wall says instead of the site's own notice, when there is no picture. */
  notice: { zh: string; en: string } | null;
}

export interface DemoOptions {
  db: Kysely<Schema>;
  area: SiteArea;
  dataDir: string;
  /** Why there is no clip; null when it is there. */
  trouble: string | null;
  say: (line: string) => void;
}

/**
 * Starts the demo's camera and points the demo's camera row at it. Without the clip nothing is played: the notice and
 * the log say why, and how to use a camera or a file of one's own.
 */
export async function demoCameraSource({ db, area, dataDir, trouble, say }: DemoOptions): Promise<Demo> {
  const row = await db.selectFrom('cameras').select('body').where('id', '=', DEMO_CAMERA_ID).executeTakeFirst();
  if (!row) return { camera: null, notice: null };
  // An address that an administrator set is theirs; the demo's own is on this machine under /vtest.
  const url = row.body.source?.url ?? '';
  const own = /^rtsp:\/\/127\.0\.0\.1:(\d+)\/vtest$/.exec(url);
  if (!own) return { camera: null, notice: null };
  const started = trouble ?? (await start(url, Number(own[1])));
  if (typeof started !== 'string') return { camera: started, notice: null };
  const reason = started;
  say(`The demo has no clip: ${reason}. Point it at a camera or a file instead:`);
  say(`  PATCH /api/cameras/${DEMO_CAMERA_ID} {"source":{"kind":"url","url":"rtsp://user:password@camera/stream"}}`);
  say('  (file:///path/to/clip.mp4 works too)');
  return {
    camera: null,
    notice: {
      zh: `演示片段无法取得（${reason}）。请为摄像头 ${DEMO_CAMERA_ID} 设置 rtsp:// 或 file:// 地址`,
      en: `The demo clip could not be had (${reason}). Give camera ${DEMO_CAMERA_ID} an rtsp:// or file:// address`,
    },
  };

  async function start(url: string, port: number): Promise<DemoCamera | string> {
    try {
      const camera = await startDemoCamera(dataDir, port);
      if (camera.url !== url)
        await patchCamera(db, DEMO_CAMERA_ID, { source: { kind: 'url', url: camera.url } }, 'demo', area);
      return camera;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
