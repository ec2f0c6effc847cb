/** A vehicle in a composed scene: one of the cut-outs, how wide it is, and where its bottom centre is. */
export interface Actor {
  /** Which cut-out; the lorry is `lorry`. */
  cut: number | 'lorry';
  widthPx: number;
  mirrored: boolean;
  /** null: out of the picture. Pixels of the composed picture; the nearer to the camera, the later it is painted. */
  at(atMs: number): { x: number; y: number } | null;
  /** Since when and until when it stands still, where that is longer than the dwell. */
  parked?: { fromMs: number; toMs: number };
}

/** A scene as a script: who drives and stands where, and the light. */
export interface ComposedScene {
  seconds: number;
  actors: Actor[];
  /** Factor and lift of all pixel values. */
  light(atMs: number): { gain: number; lift: number };
}

export const SCENE_WIDTH_PX = 768;
export const SCENE_HEIGHT_PX = 576;
export const SCENE_DWELL_MS = 30_000;

type Random = () => number;
const STEADY = () => ({ gain: 1, lift: 0 });
const within = (random: Random, from: number, to: number) => from + (to - from) * random();
const whole = (random: Random, count: number) => Math.floor(count * random());

function vehicle(random: Random, at: Actor['at'], cuts: number): Actor {
  return { cut: whole(random, cuts), widthPx: Math.round(within(random, 110, 170)), mirrored: random() < 0.5, at };
}

/** Drives in from the side, stands at (x, y) from `fromMs` to `toMs`, drives out on the other side. */
function stop(x: number, y: number, fromMs: number, toMs: number, speedPxPerS: number): Actor['at'] {
  return (atMs) => {
    const offMs = atMs < fromMs ? atMs - fromMs : atMs > toMs ? atMs - toMs : 0;
    const left = x + (speedPxPerS * offMs) / 1000;
    return left < -250 || left > SCENE_WIDTH_PX + 250 ? null : { x: left, y };
  };
}

function park(random: Random, cuts: number, place: { x: number; y: number }, fromMs: number, toMs: number): Actor {
  const at = stop(place.x, place.y, fromMs, toMs, within(random, 70, 130));
  return { ...vehicle(random, at, cuts), parked: { fromMs, toMs } };
}

const somewhere = (random: Random) => ({ x: within(random, 250, 520), y: within(random, 320, 460) });

/** The scenes by name, each from a seeded source of chance; `cuts` is how many cut-outs there are. */
export const SCENES: Readonly<Record<string, (random: Random, cuts: number) => ComposedScene>> = {
  'headlights wash the picture out': (random, cuts) => {
    const seconds = 100;
    const pulses = [25, 45, 65, 85].map((s) => 1000 * (s + within(random, -4, 4)));
    const lengthMs = () => 1000 * (1 + whole(random, 3));
    const ends = pulses.map((atMs) => atMs + lengthMs());
    const isLit = (atMs: number) => pulses.some((fromMs, i) => atMs >= fromMs && atMs < ends[i]!);
    return {
      seconds,
      actors: [park(random, cuts, somewhere(random), 4000, 1000 * seconds)],
      light: (atMs) => (isLit(atMs) ? { gain: 0.02, lift: 250 } : { gain: 1, lift: 0 }),
    };
  },
  'a lorry passes in front': (random, cuts) => {
    const seconds = 100;
    const place = somewhere(random);
    const passesMs = within(random, 45_000, 60_000);
    const speed = within(random, 16, 26);
    const lorry: Actor = {
      cut: 'lorry',
      widthPx: 250,
      mirrored: random() < 0.5,
      at: (atMs) => ({ x: place.x + (speed * (atMs - passesMs)) / 1000, y: place.y + 25 }),
    };
    return { seconds, actors: [park(random, cuts, place, 4000, 1000 * seconds), lorry], light: STEADY };
  },
  'two cars half behind one another': (random, cuts) => {
    const seconds = 90;
    const { x, y } = somewhere(random);
    const behind = park(random, cuts, { x, y }, 4000, 1000 * seconds);
    const first = park(random, cuts, { x: x + 0.55 * behind.widthPx, y: y + 14 }, 9000, 1000 * seconds);
    return { seconds, actors: [behind, { ...first, widthPx: behind.widthPx }], light: STEADY };
  },
  'a queue at a light moves up': (random, cuts) => {
    const seconds = 120;
    const { y } = somewhere(random);
    const length = 190;
    const waits = within(random, 14_000, 20_000);
    const actors = Array.from({ length: 10 }, (_, place): Actor => {
      const at = (atMs: number) => {
        const turn = Math.floor(atMs / waits);
        const moved = turn + Math.min(1, (atMs - turn * waits) / 3000) - 1;
        const x = 700 - length * (place - 2 - moved);
        return x < -150 || x > SCENE_WIDTH_PX + 150 ? null : { x, y };
      };
      return { ...vehicle(random, at, cuts), widthPx: 150 };
    });
    return { seconds, actors, light: STEADY };
  },
  'a bus stops for 20 s': (random) => {
    const { x, y } = somewhere(random);
    const at = [10_000, 60_000].map((fromMs) => stop(x, y, fromMs, fromMs + 20_000, 90));
    const bus = (k: number): Actor => ({ cut: 'lorry', widthPx: 220, mirrored: false, at: at[k]! });
    return { seconds: 95, actors: [bus(0), bus(1)], light: STEADY };
  },
  // Within a minute of the first one's end the desk takes what stands there for the same problem.
  'one leaves, another takes the place': (random, cuts) => {
    const seconds = 190;
    const place = somewhere(random);
    const leavesMs = 1000 * Math.round(within(random, 50, 65));
    const comesMs = leavesMs + 1000 * Math.round(within(random, 76, 86));
    const actors = [
      park(random, cuts, place, 4000, leavesMs),
      park(random, cuts, { x: place.x + within(random, -12, 12), y: place.y }, comesMs, 1000 * seconds),
    ];
    return { seconds, actors, light: STEADY };
  },
  'traffic passes a parked car': (random, cuts) => {
    const seconds = 100;
    const place = somewhere(random);
    const traffic = Array.from({ length: 8 }, (_, i) => {
      const passesMs = 8000 + 12_000 * i + within(random, 0, 4000);
      return vehicle(random, stop(place.x, place.y + 45, passesMs, passesMs, within(random, 60, 160)), cuts);
    });
    return { seconds, actors: [park(random, cuts, place, 4000, 1000 * seconds), ...traffic], light: STEADY };
  },
  'a parked car for long, two pixels of jitter': (random, cuts) => {
    const seconds = 100;
    const place = somewhere(random);
    const shake = () => Math.round(within(random, -2.49, 2.49));
    const parked = park(random, cuts, place, 4000, 1000 * seconds);
    const at = (atMs: number) => {
      const still = parked.at(atMs);
      return still && { x: still.x + shake(), y: still.y + shake() };
    };
    return { seconds, actors: [{ ...parked, at }], light: STEADY };
  },
};
