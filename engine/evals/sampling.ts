/** When a camera's pictures are looked at, over `seconds`. Times in ms since the start. */
export type Sampling = (seconds: number, random: () => number) => number[];

/** Every `periodMs`. */
export function every(periodMs: number): Sampling {
  return (seconds) => Array.from({ length: Math.floor((1000 * seconds) / periodMs) }, (_, i) => i * periodMs);
}

/** Steps between `fromMs` and `toMs`, at random. */
export function between(fromMs: number, toMs: number): Sampling {
  return (seconds, random) => {
    const times: number[] = [];
    for (let atMs = 0; atMs < 1000 * seconds; atMs += fromMs + (toMs - fromMs) * random()) times.push(Math.round(atMs));
    return times;
  };
}

/** As another sampling, but every third picture is lost. */
export function thirdDropped(sampling: Sampling): Sampling {
  return (seconds, random) => sampling(seconds, random).filter((_, i) => i % 3 !== 2);
}

/** The ways of looking that the suite tries: 0.2 to 5 pictures a second, uneven, and with losses. */
export const SAMPLINGS: Readonly<Record<string, Sampling>> = {
  '5 fps': every(200),
  '2 fps': every(500),
  '1 fps': every(1000),
  '0.5 fps': every(2000),
  '0.2 fps': every(5000),
  'uneven 0.5–1.5 s': between(500, 1500),
  'every third dropped': thirdDropped(every(1000)),
};
