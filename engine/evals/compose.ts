import { seeded } from '#streams/seeded.ts';
import { type Actor, SCENE_DWELL_MS, SCENE_HEIGHT_PX, SCENE_WIDTH_PX, SCENES } from './composed-scenes.ts';
import type { CutOut, Eyes, Picture } from './pictures.ts';
import { inLight, paint, resized } from './pictures.ts';
import type { Recording } from './play.ts';
import type { Sampling } from './sampling.ts';
import type { ParkedEvent } from './score.ts';
import type { ShardEyes } from './shard-eyes.ts';

/** The road and the lawn of vtest.avi, without the kerb where its own van and car stand. */
export const GROUND: Recording['noParking'] = [
  [0, 0.3],
  [1, 0.3],
  [1, 1],
  [0, 1],
];

/** What scenes are composed of: cut-out vehicles, and the pictures of a camera behind them, ten a second. */
export interface Stage {
  cuts: readonly CutOut[];
  lorry: CutOut;
  behind: readonly Picture[];
}

export interface SceneOrder {
  scene: string;
  split: 'tuned' | 'held';
  seed: number;
  sampling: string;
  looks: Sampling;
  /** The camera's picture, as which the model's boxes are told. */
  widthPx: number;
  heightPx: number;
}

/**
 * Paints a scene picture by picture, shows each to the model, and writes down what was truly there. `shard`: only what a
 * shard would have the model look at is looked at.
 */
export async function compose(order: SceneOrder, stage: Stage, eyes: Eyes, shard?: ShardEyes): Promise<Recording> {
  const random = seeded(order.seed);
  const scene = SCENES[order.scene]!(random, stage.cuts.length);
  const cast = await Promise.all(scene.actors.map((actor) => dressed(actor, stage)));
  const shift = Math.floor(random() * stage.behind.length);
  const pictures: Recording['pictures'][number][] = [];
  for (const atMs of order.looks(scene.seconds, random)) {
    const behind = stage.behind[(shift + Math.round(atMs / 100)) % stage.behind.length]!;
    const picture = painted(cast, behind, atMs);
    const { gain, lift } = scene.light(atMs);
    const shown = inLight(picture, gain, lift, random);
    const detected = await (shard ?? eyes).see(shown, order.widthPx, order.heightPx, atMs);
    if (detected) pictures.push({ atMs, detected });
  }
  return {
    name: `${order.scene}; ${order.sampling}; ${order.heightPx}p; seed ${order.seed}`,
    split: order.split,
    widthPx: order.widthPx,
    heightPx: order.heightPx,
    classes: eyes.classes,
    noParking: GROUND,
    dwellMs: SCENE_DWELL_MS,
    pictures,
    events: cast.flatMap(({ actor, cut }, i) => truth(actor, cut, i)),
  };
}

interface Dressed {
  actor: Actor;
  cut: CutOut;
}

async function dressed(actor: Actor, { cuts, lorry }: Stage): Promise<Dressed> {
  const from = actor.cut === 'lorry' ? lorry : cuts[actor.cut]!;
  const heightPx = Math.round((actor.widthPx * from.heightPx) / from.widthPx);
  return { actor, cut: await resized(from, actor.widthPx, heightPx, actor.mirrored) };
}

function painted(cast: readonly Dressed[], behind: Picture, atMs: number): Picture {
  const picture: Picture = { ...behind, rgb: Buffer.from(behind.rgb) };
  const there = cast.flatMap(({ actor, cut }) => {
    const place = actor.at(atMs);
    return place ? [{ place, cut }] : [];
  });
  there.sort((a, b) => a.place.y - b.place.y);
  for (const { place, cut } of there) {
    paint(picture, cut, Math.round(place.x - cut.widthPx / 2), Math.round(place.y - cut.heightPx));
  }
  return picture;
}

function truth({ parked, at }: Actor, cut: CutOut, number: number): ParkedEvent[] {
  if (!parked) return [];
  const { x, y } = at(parked.fromMs)!;
  return [
    {
      name: `vehicle ${number}`,
      onsetMs: parked.fromMs,
      endMs: parked.toMs,
      xyxy: [
        (x - cut.widthPx / 2) / SCENE_WIDTH_PX,
        (y - cut.heightPx) / SCENE_HEIGHT_PX,
        (x + cut.widthPx / 2) / SCENE_WIDTH_PX,
        y / SCENE_HEIGHT_PX,
      ],
    },
  ];
}
