import type { Frame } from '#streams/frame.ts';
import type { Observation } from '../contract/observation.ts';
import type { Lane } from './lane.ts';
import type { ModelsInPlay } from './models-in-play.ts';
import type { LookOrder } from './region-sight.ts';
import type { Verifiers } from './verifiers.ts';
import type { CameraViewer, WatchedCamera } from './watched-camera.ts';

type Order = Pick<LookOrder, 'nowMs' | 'longestQuietMs'>;

/**
 * The models of a camera look at one picture. Those apart are at work all at once, while those in this process look one
 * after the other: only one of them is asked at a time, and the mark names it. Where there are several, each looks anew at
 * what has changed for it, and says what it knows though nothing has. One that fails is told to `onTrouble`.
 * @returns those that did; the picture is on loan until then
 */
export async function lookInLanes(
  lanes: readonly Lane[],
  frame: Frame,
  models: ModelsInPlay,
  order: Order,
  onTrouble: (error: unknown) => void,
): Promise<Lane[]> {
  if (lanes.length === 1) return (await begin(lanes[0]!, frame, models, order)()) ? [lanes[0]!] : [];
  const [main, ...others] = lanes;
  for (const lane of others) lane.sight.gray.set(main!.sight.gray);
  const start = (lane: Lane) => ({ lane, ended: begin(lane, frame, models, { ...order, anyhow: true }) });
  const isApart = (lane: Lane) => (models.of(lane.order)?.apart ?? null) !== null;
  const underWay = lanes.filter(isApart).map(start);
  const looked = new Set<Lane>();
  const finish = async ({ lane, ended }: ReturnType<typeof start>) => {
    try {
      if (await ended()) looked.add(lane);
    } catch (error) {
      onTrouble(error);
    }
  };
  for (const lane of lanes) if (!underWay.some((one) => one.lane === lane)) await finish(start(lane));
  for (const one of underWay) await finish(one);
  return lanes.filter((lane) => looked.has(lane));
}

/**
 * A lane begins to look.
 * @returns how that ended; a version whose process failed at it gives way to the one instead then, in the same picture
 */
function begin(
  lane: Lane,
  frame: Frame,
  models: ModelsInPlay,
  order: Order & { anyhow?: boolean },
): () => Promise<boolean> {
  const model = models.of(lane.order);
  if (!model) return async () => false;
  const full: LookOrder = { ...order, open: lane.open };
  const look = lane.look(frame, model, full).then(
    (looked) => ({ looked }),
    (error: unknown) => ({ error }),
  );
  return async () => {
    const outcome = await look;
    if ('looked' in outcome) return outcome.looked;
    const instead = model.apart && models.of({ ...lane.order, version: lane.order.instead });
    if (!instead || instead === model) throw outcome.error;
    return lane.look(frame, instead, full);
  };
}

/** The algorithms of a camera that no model has looked for now, as theirs is down or runs nowhere. */
export function notLookedFor({ config }: WatchedCamera, looked: readonly Lane[]): string[] {
  const without = config.algorithms.filter(({ model = null }) => !looked.some((lane) => lane.order.model === model));
  return [...new Set(without.map(({ algorithm, rule }) => algorithm ?? rule))];
}

/** What all lanes of a camera know now, those that have not looked from before. */
export async function observeInLanes(
  camera: WatchedCamera,
  looked: readonly Lane[],
  frame: Frame,
  verifiers: Verifiers,
  onTrouble: (error: unknown) => void,
): Promise<Observation[]> {
  const all: Observation[] = [];
  const waitedFor: Observation[] = [];
  for (const lane of camera.lanes) {
    if (!looked.includes(lane)) {
      all.push(...lane.observations);
      continue;
    }
    const isMain = lane === camera.main;
    const observed = follow(lane, frame, isMain ? camera.viewer : null);
    const named = isMain ? observed : observed.map((one) => underModel(one, lane));
    const known = await lane.facts.verify(frame, named, verifiers, onTrouble);
    waitedFor.push(...lane.settle(known, frame.capturedAtMs));
    all.push(...known);
  }
  camera.clips?.heed(waitedFor, frame.capturedAtMs);
  return all;
}

function follow(lane: Lane, { capturedAtMs, widthPx, heightPx }: Frame, viewer: CameraViewer | null): Observation[] {
  const tracks = lane.follow(capturedAtMs, widthPx, heightPx);
  viewer?.tracks(tracks, capturedAtMs, widthPx, heightPx);
  return lane.observer.observe(tracks, capturedAtMs, widthPx, heightPx);
}

/** Facts of another model than the camera's first: their names must not be those of that one's. */
function underModel(observation: Observation, { order, identity }: Lane): Observation {
  return { ...observation, key: `${order.model}:${observation.key}`, model: identity! };
}
