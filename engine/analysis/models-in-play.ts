import { type Detector, type DetectorOptions, openDetector } from '#models/detector.ts';
import { readPackage } from '#models/package.ts';
import type { ModelIdentity } from '../contract/observation.ts';
import { ApartModel } from './apart/apart-model.ts';
import { InferenceMark, markOf } from './inference-mark.ts';
import type { LaneOrder, ModelFigures, ModelInPlay, ShardSettings } from './messages.ts';
import { WithinDetector } from './within-detector.ts';

/** A version that looks, or would if it were not down. */
export class RunningModel {
  readonly order: Omit<ModelInPlay, 'versionId'> & { versionId: string | null };
  readonly apart: ApartModel | null;
  readonly #within: Detector | null;

  constructor(order: RunningModel['order'], runs: ApartModel | Detector) {
    this.order = order;
    this.apart = runs instanceof ApartModel ? runs : null;
    this.#within = runs instanceof ApartModel ? null : runs;
  }

  /** null: its process is down for a moment. */
  get detector(): Detector | null {
    return this.apart ? this.apart.detector : this.#within;
  }

  is({ versionId, runs }: RunningModel['order']): boolean {
    return this.order.versionId === versionId && this.order.runs === runs;
  }

  /** The same under another order. */
  under(order: ModelInPlay): RunningModel {
    return new RunningModel(order, this.apart ?? this.#within!);
  }
}

interface Listener {
  onEnded(versionId: string, how: string, log: string): void;
  /** Closes what nobody asks any more, when nobody is asking. */
  between(errand: () => Promise<void>): void;
  /** A model of this process leaves. @returns whether somebody else keeps it, and closes it */
  takesOver(detector: Detector): boolean;
  onTrouble(of: string, error: unknown): void;
}

/** The versions that a shard has open. Those within are asked in this process, each of the others has one of its own. */
export class ModelsInPlay {
  readonly #options: DetectorOptions;
  readonly #mark: InferenceMark;
  readonly #on: Listener;
  #models: RunningModel[] = [];
  /** A renewal waits for the one before it. */
  #renewing: Promise<void> = Promise.resolve();

  static async open(settings: ShardSettings, options: DetectorOptions, on: Listener): Promise<ModelsInPlay> {
    const mark = new InferenceMark(settings.markFile, (error) => on.onTrouble('the mark of what is asked', error));
    const models = new ModelsInPlay(options, mark, on);
    if (settings.models) await models.renew(settings.models);
    else {
      const detector = await openDetector(await readPackage(settings.modelFolder), options);
      const { name: algorithm } = detector.identity;
      const order = {
        versionId: null,
        algorithm,
        isSites: true,
        folder: settings.modelFolder,
        runs: 'within' as const,
      };
      models.#models = [new RunningModel(order, detector)];
    }
    return models;
  }

  private constructor(options: DetectorOptions, mark: InferenceMark, on: Listener) {
    this.#options = options;
    this.#mark = mark;
    this.#on = on;
  }

  /** The site's package in this process; null: it has none there. */
  get first(): Detector | null {
    return this.#models.find(({ order, apart }) => order.isSites && apart === null)?.detector ?? null;
  }

  /**
   * Who looks: the version that is asked for, else the one instead of it, else what of its package is open in this process.
   * In the shadow of another, itself or nobody. Asked for each picture.
   */
  of({ model, version, instead, shadow }: LaneOrder): RunningModel | null {
    let second: RunningModel | null = null;
    let within: RunningModel | null = null;
    for (const one of this.#models) {
      if (one.detector === null) continue;
      const { versionId, isSites, algorithm } = one.order;
      if (version !== null && versionId === version) return one;
      if (instead !== null && versionId === instead) second = one;
      if (one.apart === null && (model === null ? isSites : algorithm === model)) within ??= one;
    }
    return shadow ? null : (second ?? within);
  }

  /** Opens what is new, and lets go of what is not among them any more. */
  renew(wanted: readonly ModelInPlay[]): Promise<void> {
    this.#renewing = this.#renewing.then(() => this.#renew(wanted));
    return this.#renewing;
  }

  get figures(): ModelFigures[] {
    return this.#models.map(({ order: { versionId }, apart, detector }) => {
      const { looks = 0, lookMs = 0 } = apart ?? (detector instanceof WithinDetector ? detector : {});
      return { versionId, isOpen: detector !== null, looks, lookMs, rssBytes: apart?.rssBytes ?? 0 };
    });
  }

  async close(): Promise<void> {
    await this.#renewing;
    for (const model of this.#models) await closeOne(model, () => false);
    this.#models = [];
    this.#mark.close();
  }

  async #renew(wanted: readonly ModelInPlay[]): Promise<void> {
    const kept: RunningModel[] = [];
    const failed = new Set<string>();
    for (const order of wanted) {
      const known = this.#models.find((one) => one.is(order));
      if (known) kept.push(known.under(order));
      else {
        const opened = await this.#openOne(order);
        if (opened) kept.push(opened);
        else failed.add(order.algorithm);
      }
    }
    // Where the new version does not open, the old one goes on.
    const left = this.#models.filter(({ order }) => !kept.some((one) => one.is(order)));
    const stays = left.filter(({ order, apart }) => apart === null && failed.has(order.algorithm));
    const leaves = left.filter((one) => !stays.includes(one));
    this.#models = [...kept, ...stays];
    if (leaves.length === 0) return;
    this.#on.between(async () => {
      for (const one of leaves) await closeOne(one, this.#on.takesOver);
    });
  }

  async #openOne(order: ModelInPlay): Promise<RunningModel | null> {
    const { versionId, folder } = order;
    const told = (how: string, log: string) => this.#on.onEnded(versionId, how, log);
    if (order.runs !== 'within') {
      const { executionProvider } = this.#options;
      const options = { folder, executionProvider, isAside: order.runs === 'aside' };
      const apart = new ApartModel(options, ({ how, log }) => told(how, log));
      return new RunningModel(order, apart);
    }
    this.#mark.enter(markOf(versionId));
    try {
      const detector = await openDetector(await readPackage(folder), this.#options);
      return new RunningModel(order, new WithinDetector(detector, versionId, this.#mark));
    } catch (error) {
      told('its package does not open', error instanceof Error ? error.message : String(error));
      return null;
    } finally {
      this.#mark.leave();
    }
  }
}

/** What it is of the package that it was opened from, and which version that is. */
export function identityOf({ order, detector }: RunningModel): ModelIdentity {
  const identity = detector!.identity;
  return order.versionId === null ? identity : { ...identity, versionId: order.versionId };
}

async function closeOne({ apart, detector }: RunningModel, takesOver: (detector: Detector) => boolean): Promise<void> {
  if (apart) await apart.close();
  else if (detector && !takesOver(detector)) await detector.close();
}
