import type { RuleName } from '#config/rule.ts';
import { type Detector, type DetectorOptions, openDetector } from '#models/detector.ts';
import { type AlgorithmPackage, readPackage } from '#models/package.ts';
import type { BarredVersion, VerifierOfRule } from './messages.ts';

/** The second model of a rule; `detector` is null when its package did not open, or is barred. */
export interface Verifier {
  model: string;
  detector: Detector | null;
  threshold: number | undefined;
  isBarred: boolean;
}

/** A package that verifies: `read` is null where it cannot be read, `detector` while it is not open. */
interface Second {
  read: AlgorithmPackage | null;
  detector: Detector | null;
  /** It did not open: that is not tried again. */
  failed: boolean;
}

/**
 * The second models of a shard's rules: each package is opened once, and not at all where the first model is the same. A version
 * that was quarantined or retired is not opened, or not asked any more, until it is no longer barred.
 */
export class Verifiers {
  readonly #wanted: readonly (readonly [RuleName, VerifierOfRule])[];
  readonly #options: DetectorOptions;
  readonly #onTrouble: (of: string, error: unknown) => void;
  readonly #seconds = new Map<string, Second>();
  readonly #own: Detector[] = [];
  #barred: readonly BarredVersion[] = [];

  /** A package that does not open is told to `onTrouble`, and what it was to verify goes unverified. */
  static async open(
    wanted: Partial<Record<RuleName, VerifierOfRule>>,
    first: Detector | null,
    options: DetectorOptions,
    onTrouble: (of: string, error: unknown) => void,
    barred: readonly BarredVersion[] = [],
  ): Promise<Verifiers> {
    const verifiers = new Verifiers(wanted, options, onTrouble);
    for (const [, { model, folder }] of verifiers.#wanted) {
      if (verifiers.#seconds.has(folder)) continue;
      const read = await readPackage(folder).catch((error) => {
        verifiers.#tell(model, error);
        return null;
      });
      verifiers.#seconds.set(folder, { read, detector: null, failed: read === null });
    }
    verifiers.bar(barred);
    await verifiers.openMissing(first);
    return verifiers;
  }

  private constructor(
    wanted: Partial<Record<RuleName, VerifierOfRule>>,
    options: DetectorOptions,
    onTrouble: (of: string, error: unknown) => void,
  ) {
    this.#wanted = Object.entries(wanted) as [RuleName, VerifierOfRule][];
    this.#options = options;
    this.#onTrouble = onTrouble;
  }

  /** null: nothing verifies this rule's facts. */
  of(rule: RuleName): Verifier | null {
    const found = this.#wanted.find(([of]) => of === rule)?.[1];
    if (!found) return null;
    const { model, folder, threshold } = found;
    const second = this.#seconds.get(folder)!;
    const isBarred = this.#isBarred(second);
    return { model, detector: isBarred ? null : second.detector, threshold, isBarred };
  }

  /** Each package once. */
  get states(): { model: string; isOpen: boolean }[] {
    const open = new Map(this.#wanted.map(([rule, { model }]) => [model, this.of(rule)!.detector !== null]));
    return [...open].map(([model, isOpen]) => ({ model, isOpen }));
  }

  /** These versions verify nothing from now on, and are told; others may again, once `openMissing` was asked. */
  bar(barred: readonly BarredVersion[]): void {
    const before = new Set([...this.#seconds.values()].filter((second) => this.#isBarred(second)));
    this.#barred = barred;
    for (const second of this.#seconds.values()) {
      if (before.has(second) || !this.#isBarred(second)) continue;
      const { name, version } = second.read!.identity;
      this.#tell(name, new Error(`version ${version} is quarantined or retired`));
    }
  }

  /** Opens what may verify and is not open. */
  async openMissing(first: Detector | null): Promise<void> {
    for (const second of this.#seconds.values()) {
      if (second.detector || second.failed || this.#isBarred(second)) continue;
      try {
        second.detector = await this.#openOne(second.read!, first);
      } catch (error) {
        second.failed = true;
        this.#tell(second.read!.identity.name, error);
      }
    }
  }

  /** The first model leaves the shard: true where it is asked here as well, and is closed with this from now on. */
  takesOver(first: Detector): boolean {
    const shared = [...this.#seconds.values()].filter(({ detector }) => detector === first);
    const isAsked = shared.some((second) => !this.#isBarred(second)) || this.#own.includes(first);
    if (!isAsked) for (const second of shared) second.detector = null;
    else if (!this.#own.includes(first)) this.#own.push(first);
    return isAsked;
  }

  async close(): Promise<void> {
    for (const detector of this.#own) await detector.close();
  }

  #isBarred({ read }: Second): boolean {
    if (read === null) return false;
    const { name, version } = read.identity;
    return this.#barred.some((one) => one.algorithm === name && one.version === version);
  }

  async #openOne(read: AlgorithmPackage, first: Detector | null): Promise<Detector> {
    const { name, version, sha256 } = read.identity;
    const known = first?.identity;
    if (first && known?.name === name && known.version === version && known.sha256 === sha256) return first;
    const detector = await openDetector(read, this.#options);
    this.#own.push(detector);
    return detector;
  }

  #tell(model: string, error: unknown): void {
    this.#onTrouble(`the verifier ${model}, without which alerts are raised unverified`, error);
  }
}
