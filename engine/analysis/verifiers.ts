import type { RuleName } from '#config/rule.ts';
import { type Detector, type DetectorOptions, openDetector } from '#models/detector.ts';
import { readPackage } from '#models/package.ts';
import type { VerifierOfRule } from './messages.ts';

/** The second model of a rule; `detector` is null when its package did not open. */
export interface Verifier {
  model: string;
  detector: Detector | null;
  threshold: number | undefined;
}

/** The second models of a shard's rules: each package is opened once, and not at all where the first model is the same. */
export class Verifiers {
  readonly #ofRule = new Map<RuleName, Verifier>();
  readonly #own: Detector[] = [];

  /** A package that does not open is told to `onTrouble`, and what it was to verify goes unverified. */
  static async open(
    wanted: Partial<Record<RuleName, VerifierOfRule>>,
    first: Detector | null,
    options: DetectorOptions,
    onTrouble: (of: string, error: unknown) => void,
  ): Promise<Verifiers> {
    const verifiers = new Verifiers();
    const opened = new Map<string, Detector | null>();
    for (const [rule, { model, folder, threshold }] of Object.entries(wanted) as [RuleName, VerifierOfRule][]) {
      let detector = opened.get(folder);
      if (detector === undefined) {
        detector = await verifiers.#openOne(folder, first, options).catch((error) => {
          onTrouble(`the verifier ${model}, without which alerts are raised unverified`, error);
          return null;
        });
        opened.set(folder, detector);
      }
      verifiers.#ofRule.set(rule, { model, detector, threshold });
    }
    return verifiers;
  }

  /** null: nothing verifies this rule's facts. */
  of(rule: RuleName): Verifier | null {
    return this.#ofRule.get(rule) ?? null;
  }

  /** Each package once. */
  get states(): { model: string; isOpen: boolean }[] {
    const open = new Map([...this.#ofRule.values()].map(({ model, detector }) => [model, detector !== null]));
    return [...open].map(([model, isOpen]) => ({ model, isOpen }));
  }

  /** The first model leaves the shard: true where it is asked here as well, and is closed with this from now on. */
  takesOver(first: Detector): boolean {
    const isAsked = [...this.#ofRule.values()].some(({ detector }) => detector === first);
    if (isAsked && !this.#own.includes(first)) this.#own.push(first);
    return isAsked;
  }

  async close(): Promise<void> {
    for (const detector of this.#own) await detector.close();
  }

  async #openOne(folder: string, first: Detector | null, options: DetectorOptions): Promise<Detector> {
    const read = await readPackage(folder);
    const { name, version, sha256 } = read.identity;
    const known = first?.identity;
    if (first && known?.name === name && known.version === version && known.sha256 === sha256) return first;
    const detector = await openDetector(read, options);
    this.#own.push(detector);
    return detector;
  }
}
