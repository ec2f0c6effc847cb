import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LookedAt } from '#config/camera.ts';
import { seeded } from '#streams/seeded.ts';
import { parkingClip } from '../proofs/clips.ts';
import type { DetectedBoxes } from '../tracks/live-track.ts';
import labels from './clip-labels.json' with { type: 'json' };
import { compose, GROUND, type SceneOrder, type Stage } from './compose.ts';
import { SCENE_DWELL_MS, SCENE_HEIGHT_PX, SCENE_WIDTH_PX, SCENES } from './composed-scenes.ts';
import { havePhotos, vehicles } from './cut-outs.ts';
import { clipFile, clipPictures, type Eyes } from './pictures.ts';
import type { Recording } from './play.ts';
import { between, every, SAMPLINGS, type Sampling, thirdDropped } from './sampling.ts';
import { ShardEyes } from './shard-eyes.ts';

type ClipName = keyof typeof labels;
type Pictures = Recording['pictures'];

/** The same dwell as in the composed scenes. */
const DWELL_MS = 30_000;
const CACHE = join(tmpdir(), 'chengnao-evals');
const CLIP_FPS = 10;
const HOUR_S = 3600;
const SIZES = [
  [768, 576],
  [1280, 720],
  [1920, 1080],
] as const;

/** The suite's recordings that can be made here; made once, then kept in the temp folder under the hash of what made them. */
export class Suite {
  readonly #eyes: Eyes;
  readonly #stages = new Map<'tuned' | 'held', Promise<Stage>>();
  readonly #madeBy: string;

  constructor(eyes: Eyes) {
    this.#eyes = eyes;
    const hash = createHash('sha256').update(eyes.modelSha256);
    const sources = readdirSync(import.meta.dirname).filter((name) => /^(comp|cut|pict|samp|suite)/.test(name));
    for (const name of sources.sort()) hash.update(readFileSync(join(import.meta.dirname, name)));
    this.#madeBy = hash.digest('hex').slice(0, 16);
  }

  /** vtest.avi as it is, three times over, one picture a second; null without the clip. */
  async realOnce(): Promise<Recording | null> {
    return (await this.#clip('vtest.avi', '1 fps', every(1000), 3, { fps: 1 })) ?? null;
  }

  /** Real clips in every sampling, as H.265, at 720p and 1080p, for an hour; and clips in which nothing parks. */
  async *real(): AsyncGenerator<Recording> {
    const orders: [ClipName, string, Sampling, number, ClipSource][] = [
      ...Object.entries(SAMPLINGS).map(
        ([name, looks]) => ['vtest.avi', name, looks, 3, {}] satisfies [ClipName, string, Sampling, number, ClipSource],
      ),
      ['vtest.avi', 'for an hour, uneven 0.5–1.5 s', between(500, 1500), HOUR_S / 79.5, {}],
      ['vtest.avi', '1 fps of H.265', every(1000), 3, { fps: 1, codec: 'h265' }],
      ['vtest.avi', '1 fps of 1280×720', every(1000), 3, { fps: 1, widthPx: 1280, heightPx: 720 }],
      ['vtest.avi', '1 fps of 1920×1080', every(1000), 3, { fps: 1, widthPx: 1920, heightPx: 1080 }],
      ['car-park.mp4', '1 fps', every(1000), 4, { fps: 1 }],
      ['car-park.mp4', '5 fps, every third dropped', thirdDropped(every(200)), 4, { fps: 5 }],
      ['walkers.mp4', '1 fps', every(1000), 1, { fps: 1 }],
    ];
    for (const order of orders) {
      const recording = await this.#clip(...order);
      if (recording) yield recording;
    }
  }

  /**
   * The real clip, and every composed scene, as a shard looks at them: with its gate, and what it knows from before.
   * `told`: how many pictures there were, and how often the model looked.
   */
  async *asShardsLook(
    split: 'tuned' | 'held',
    regions: LookedAt,
    told: (name: string, looks: { pictures: number; inferences: number }) => void,
  ): AsyncGenerator<Recording> {
    const clip = split === 'tuned' ? await this.realOnce() : null;
    if (clip) {
      const { widthPx, heightPx } = labels['vtest.avi'];
      const shard = new ShardEyes(this.#eyes.detector, regions, clip.noParking, DWELL_MS);
      const shown = clipPictures(clipFile('vtest.avi')!, { fps: 1, widthPx, heightPx });
      const pictures: Pictures[number][] = [];
      for (const { atMs } of clip.pictures) {
        const picture = shown[Math.round(atMs / 1000) % shown.length]!;
        const detected = await shard.see(picture, widthPx, heightPx, atMs);
        if (detected) pictures.push({ atMs, detected });
      }
      told(clip.name, shard);
      yield { ...clip, pictures };
    }
    if (!havePhotos || !clipFile('vtest.avi')) return;
    for (const order of scenesAtOneFps(split)) {
      const shard = new ShardEyes(this.#eyes.detector, regions, GROUND, SCENE_DWELL_MS);
      yield await compose(order, await this.#stage(split), this.#eyes, shard);
      told(order.scene, shard);
    }
  }

  /** Every composed scene at one picture a second. */
  async *scenes(split: 'tuned' | 'held'): AsyncGenerator<Recording> {
    for (const order of scenesAtOneFps(split)) yield* this.#composed(order);
  }

  /** One of the tuned scenes at one picture a second; null without the pictures that it is made of. */
  async scene(name: string): Promise<Recording | null> {
    const order = scenesAtOneFps('tuned').find(({ scene }) => scene === name);
    if (!order) throw new Error(`got the scene "${name}", expected one of ${Object.keys(SCENES).join(', ')}`);
    for await (const recording of this.#composed(order)) return recording;
    return null;
  }

  /** Two scenes in every sampling but the one above. */
  async *samplings(split: 'tuned' | 'held'): AsyncGenerator<Recording> {
    for (const order of scenesInSamplings(split)) yield* this.#composed(order);
  }

  async *#composed(order: SceneOrder): AsyncGenerator<Recording> {
    if (!havePhotos || !clipFile('vtest.avi')) return;
    const { looks: _, ...key } = order;
    yield await this.#kept(key, async () => compose(order, await this.#stage(order.split), this.#eyes));
  }

  /** Tuned scenes play before the first half of the clip, held ones before the second. */
  #stage(split: 'tuned' | 'held'): Promise<Stage> {
    const known = this.#stages.get(split);
    if (known) return known;
    const args = split === 'tuned' ? ['-t', '25'] : ['-ss', '40', '-t', '25'];
    const at = { fps: CLIP_FPS, widthPx: SCENE_WIDTH_PX, heightPx: SCENE_HEIGHT_PX, args };
    const made = vehicles(split).then((cast) => ({ ...cast, behind: clipPictures(clipFile('vtest.avi')!, at) }));
    this.#stages.set(split, made);
    return made;
  }

  async #clip(
    name: ClipName,
    sampling: string,
    looks: Sampling,
    loops: number,
    source: ClipSource,
  ): Promise<Recording | null> {
    const file = clipFile(name);
    if (!file) return null;
    const label = labels[name];
    const { fps = CLIP_FPS, widthPx = label.widthPx, heightPx = label.heightPx } = source;
    const seen = await this.#kept({ name, ...source }, () => this.#seen(file, { ...source, fps, widthPx, heightPx }));
    const seconds = (loops * seen.length) / fps;
    const pictures: Pictures = looks(seconds, seeded(3)).map((atMs) => ({
      atMs,
      detected: seen[Math.round((atMs * fps) / 1000) % seen.length]!,
    }));
    return {
      name: `${name}; ${sampling}; ${heightPx}p`,
      split: 'real',
      widthPx,
      heightPx,
      classes: this.#eyes.classes,
      noParking: label.noParking as [number, number][],
      dwellMs: DWELL_MS,
      pictures,
      events: label.parked.map(({ name: vehicle, boxPx: [left = 0, top = 0, right = 0, bottom = 0] }) => ({
        name: vehicle,
        onsetMs: 0,
        endMs: 1000 * seconds,
        xyxy: [left / label.widthPx, top / label.heightPx, right / label.widthPx, bottom / label.heightPx],
      })),
    };
  }

  /** What the model sees in each picture of a clip. */
  async #seen(file: string, o: Required<Pick<ClipSource, 'fps' | 'widthPx' | 'heightPx'>> & ClipSource) {
    const { fps, widthPx, heightPx } = o;
    const source = o.codec === 'h265' ? await parkingClip({ codec: 'h265' }) : file;
    const filter = { filter: `scale=${widthPx}:${heightPx}:flags=bicubic` };
    const at = { fps, widthPx: 416, heightPx: 416, ...(o.widthPx && filter) };
    const seen: DetectedBoxes[] = [];
    for (const picture of clipPictures(source, at)) seen.push(await this.#eyes.see(picture, widthPx, heightPx));
    return seen;
  }

  async #kept<T>(key: unknown, make: () => Promise<T>): Promise<T> {
    const name = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 16);
    const file = join(CACHE, `${this.#madeBy}-${name}.json`);
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'), revived);
    const made = await make();
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(made, withPlainArrays));
    renameSync(`${file}.${process.pid}`, file);
    return made;
  }
}

interface ClipSource {
  fps?: number;
  /** vtest.avi alone is at hand in another codec than its file's. */
  codec?: 'h265';
  widthPx?: number;
  heightPx?: number;
}

function scenesAtOneFps(split: 'tuned' | 'held'): SceneOrder[] {
  return Object.keys(SCENES).map((scene, i) => {
    const [widthPx, heightPx] = SIZES[i % SIZES.length]!;
    return { scene, split, seed: seedOf(split, i), sampling: '1 fps', looks: every(1000), widthPx, heightPx };
  });
}

function scenesInSamplings(split: 'tuned' | 'held'): SceneOrder[] {
  const chosen = ['a lorry passes in front', 'one leaves, another takes the place'];
  return Object.entries(SAMPLINGS).flatMap(([sampling, looks], i) => {
    if (sampling === '1 fps') return [];
    const [widthPx, heightPx] = SIZES[i % SIZES.length]!;
    const scenes = sampling === '5 fps' ? chosen.slice(0, 1) : chosen;
    return scenes.map((scene, k) => ({
      ...{ scene, split, seed: seedOf(split, 100 + 10 * i + k) },
      ...{ sampling, looks, widthPx, heightPx },
    }));
  });
}

const seedOf = (split: 'tuned' | 'held', number: number) => (split === 'tuned' ? 1 : 90_001) + number;

const ARRAYS = { boxesXyxyPx: Float32Array, scores: Float32Array, classIds: Uint16Array };

function withPlainArrays(_key: string, value: unknown): unknown {
  return value instanceof Float32Array || value instanceof Uint16Array ? Array.from(value) : value;
}

function revived(key: string, value: unknown): unknown {
  return key in ARRAYS ? ARRAYS[key as keyof typeof ARRAYS].from(value as number[]) : value;
}
