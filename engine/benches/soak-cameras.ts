/**
 * The soak's cameras, in a process of their own, told by their parent how to misbehave. Arguments: two clips of the
 * same scene in different sizes, number of cameras, seed.
 */
import type { Clip } from '#streams/files/clip.ts';
import { readClip } from '#streams/files/clip.ts';
import { startFaultServer } from '#streams/fixtures/fault-server.ts';
import type { Scenario } from '#streams/fixtures/fault-session.ts';
import { seeded } from '#streams/seeded.ts';
import type { SoakFault } from './soak-faults.ts';

const LOST_SHARE = 0.1;

const [file, smallFile, count, seed] = process.argv.slice(2);
if (!file || !smallFile || !process.send)
  throw new Error('got no clips or no parent, expected to be started by soak.ts');
process.on('disconnect', () => process.exit(0));
const clips = [await readClip(file), await readClip(smallFile)] as const;

class SoakCamera implements Scenario {
  clip: Clip = clips[0];
  #fault: SoakFault['kind'] | null = null;
  readonly #random: () => number;

  constructor(index: number) {
    this.#random = seeded(Number(seed) + index);
  }

  readonly answer = () => (this.#fault === 'gone' ? ('reset' as const) : undefined);

  readonly packets = (packet: Buffer) => {
    const fault = this.#fault;
    if (fault === 'silence' || fault === 'gone') return [];
    return fault === 'damage' && this.#random() < LOST_SHARE ? [] : [packet];
  };

  begin(name: string, { kind, forMs }: SoakFault): void {
    this.#fault = kind;
    if (kind === 'reset' || kind === 'gone') server.drop(name);
    if (kind === 'size') {
      this.clip = this.clip === clips[0] ? clips[1] : clips[0];
      server.replay(name);
    }
    setTimeout(() => {
      this.#fault = null;
    }, forMs);
  }
}

const cameras = new Map(Array.from({ length: Number(count) }, (_, i) => [`cam${i}`, new SoakCamera(i)]));
const server = await startFaultServer(Object.fromEntries(cameras));
process.on('message', ({ camera, fault }: { camera: string; fault: SoakFault }) => {
  cameras.get(camera)?.begin(camera, fault);
});
process.send([...cameras.keys()].map((name) => ({ id: name, url: server.url(name) })));
