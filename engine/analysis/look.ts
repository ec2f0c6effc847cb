import type { Frame } from '#streams/frame.ts';
import type { Observation } from '../contract/observation.ts';
import type { Lane } from './lane.ts';
import type { ModelsInPlay } from './models-in-play.ts';
import type { LookOrder } from './region-sight.ts';
import type { Verifiers } from './verifiers.ts';
import type { CameraViewer, WatchedCamera } from './watched-camera.ts';

type Order = Pick<LookOrder, 'nowMs' | 'longestQuietMs'>;

/**
 * The models of a camera look at one picture, all at once: those apart are at work while the one in this process is. Where
 * there are several, each looks anew at what has changed for it, and says what it knows though nothing has.
 * @returns whether any did; it is on loan until then
 */
export async function lookInLanes(
  lanes: readonly Lane[],
  frame: Frame,
  models: ModelsInPlay,
  order: Order,
): Promise<Lane[]> {
  if (lanes.length === 1) return (await lookInLane(lanes[0]!, frame, models, order)) ? [lanes[0]!] : [];
  const [main, ...others] = lanes;
  for (const lane of others) lane.sight.gray.set(main!.sight.gray);
  const looks = [...others, main!].map(async (lane) => {
    const looked = await lookInLane(lane, frame, models, { ...order, anyhow: true }).catch((error) => error as Error);
    return { lane, looked };
  });
  const all = await Promise.all(looks);
  const failed = all.find(({ looked }) => looked instanceof Error);
  if (failed && all.every(({ looked }) => looked !== true)) throw failed.looked;
  return lanes.filter((lane) => all.some((one) => one.lane === lane && one.looked === true));
}

/** A version whose process fails at it gives way to the one instead, in the same picture. */
async function lookInLane(
  lane: Lane,
  frame: Frame,
  models: ModelsInPlay,
  order: Order & { anyhow?: boolean },
): Promise<boolean> {
  const model = models.of(lane.order);
  if (!model) return false;
  const full: LookOrder = { ...order, open: lane.open };
  try {
    return await lane.look(frame, model, full);
  } catch (error) {
    const instead = model.apart && models.of({ ...lane.order, version: lane.order.instead });
    if (!instead || instead === model) throw error;
    return lane.look(frame, instead, full);
  }
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
