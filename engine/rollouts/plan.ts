import { join } from 'node:path';
import type { BarredVersion, LaneOrder, ModelInPlay } from '../analysis/messages.ts';
import { firstOf, isInShare } from './share.ts';
import type { StandingVersion } from './standing.ts';

/** A rule as it is bound to a camera; `model` absent: the site's package. */
interface Bound {
  model?: string | undefined;
}

/** Which versions are in play, and which of them looks at which camera. */
export interface RolloutPlan {
  models: ModelInPlay[];
  /** The versions that must not even verify what others see. */
  barred: BarredVersion[];
  /** The one camera of each version whose share has none. */
  firsts: ReadonlyMap<string, string>;
  lanesOf(cameraId: string, algorithms: readonly Bound[]): LaneOrder[];
}

interface Grounds {
  standing: readonly StandingVersion[];
  barred: readonly BarredVersion[];
  /** The name of the site's package. */
  sites: string;
  /** The cameras that are watched: no package is opened that no rule of theirs is bound to. */
  watched: readonly { id: string; algorithms: readonly Bound[] }[];
  /** Versions in full that took analysis processes with them, and run apart for that. */
  isolated: ReadonlySet<string>;
  versionsFolder: string;
}

/** What is in full runs within the analysis processes, everything else in processes of its own, the shadow with less right. */
export function planOf({ standing, barred, sites, watched, isolated, versionsFolder }: Grounds): RolloutPlan {
  const used = new Set(watched.flatMap(({ algorithms }) => algorithms.map(({ model }) => model ?? sites)));
  const models = standing
    .filter(({ algorithm }) => algorithm === sites || used.has(algorithm))
    .map(({ id, algorithm, stage, folder }) => ({
      versionId: id,
      algorithm,
      isSites: algorithm === sites,
      folder: join(versionsFolder, folder),
      runs:
        stage === 'shadow'
          ? ('aside' as const)
          : stage === 'full' && !isolated.has(id)
            ? ('within' as const)
            : ('apart' as const),
    }));
  const firsts = new Map<string, string>();
  for (const { id, algorithm, share, stage } of standing) {
    const bound = watched.filter(({ algorithms }) => algorithms.some(({ model }) => (model ?? sites) === algorithm));
    if (stage === 'full' || bound.some((camera) => isInShare(algorithm, camera.id, share))) continue;
    const first = firstOf(
      algorithm,
      bound.map((camera) => camera.id),
    );
    if (first !== null) firsts.set(id, first);
  }
  const at = (algorithm: string, stage: StandingVersion['stage']) =>
    standing.find((version) => version.algorithm === algorithm && version.stage === stage) ?? null;

  return {
    models,
    barred: [...barred],
    firsts,
    lanesOf(cameraId, algorithms) {
      const named = new Set(algorithms.map(({ model }) => model ?? sites));
      // The site's first: its boxes are those that a viewer sees.
      const packages = [...named].sort((a, b) => Number(b === sites) - Number(a === sites) || a.localeCompare(b));
      return packages.flatMap((algorithm): LaneOrder[] => {
        const model = algorithm === sites ? null : algorithm;
        const isIn = (version: StandingVersion | null) => {
          if (version === null) return null;
          const isChosen = isInShare(algorithm, cameraId, version.share) || firsts.get(version.id) === cameraId;
          return isChosen ? version : null;
        };
        const full = at(algorithm, 'full');
        const canary = isIn(at(algorithm, 'canary'));
        const shadow = isIn(at(algorithm, 'shadow'));
        const counts = { model, version: (canary ?? full)?.id ?? null, instead: full?.id ?? null, shadow: false };
        return [counts, ...(shadow ? [{ model, version: shadow.id, instead: null, shadow: true }] : [])];
      });
    },
  };
}
