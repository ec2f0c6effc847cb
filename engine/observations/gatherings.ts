import type { Track } from '../tracks/track.ts';

/** Tracks that are one problem together. It keeps its name while any of them lives, passing ones aside. */
export interface Gathering {
  /** The track that it is named after; perhaps gone. */
  trackId: number;
  zoneIndex: number;
  startedAtMs: number;
  standing: boolean;
  members: Track[];
}

/** One track that may belong to a gathering. */
export interface Candidate {
  track: Track;
  zoneIndex: number;
  /** Since when it counts. */
  sinceMs: number;
  /** It comes and goes: it joins by nearness alone, and no gathering is named after it. */
  passing: boolean;
}

/**
 * Joins tracks into gatherings: those that are near one another, and those that have once been one. So a heap whose parts
 * are detected in turn stays one problem with one beginning.
 */
export class Gatherings {
  #byTrack = new Map<number, Gathering>();

  /** The gatherings of the present candidates, oldest first; passing candidates alone make none. */
  update(candidates: readonly Candidate[], areTogether: (a: Candidate, b: Candidate) => boolean): Gathering[] {
    const parent = candidates.map((_, i) => i);
    const rootOf = (i: number): number => {
      let root = i;
      while (parent[root] !== root) root = parent[root]!;
      parent[i] = root;
      return root;
    };
    for (let i = 0; i < candidates.length; i++) {
      for (let j = 0; j < i; j++) {
        const a = candidates[i]!;
        const b = candidates[j]!;
        const before = this.#byTrack.get(a.track.id);
        const wereOne = before !== undefined && before === this.#byTrack.get(b.track.id);
        if (wereOne || areTogether(a, b)) parent[rootOf(i)] = rootOf(j);
      }
    }
    const parts = new Map<number, Candidate[]>();
    candidates.forEach((candidate, i) => {
      const root = rootOf(i);
      const part = parts.get(root);
      if (part) part.push(candidate);
      else parts.set(root, [candidate]);
    });
    const byTrack = new Map<number, Gathering>();
    const gatherings: Gathering[] = [];
    for (const part of parts.values()) {
      const lasting = part.filter((candidate) => !candidate.passing);
      if (lasting.length === 0) continue;
      const gathering = this.#oldestOf(lasting) ?? named(lasting);
      gathering.members = part.map((candidate) => candidate.track);
      for (const { track } of lasting) byTrack.set(track.id, gathering);
      gatherings.push(gathering);
    }
    this.#byTrack = byTrack;
    return gatherings.sort((a, b) => a.trackId - b.trackId);
  }

  #oldestOf(part: readonly Candidate[]): Gathering | null {
    let oldest: Gathering | null = null;
    let standing = false;
    for (const { track } of part) {
      const known = this.#byTrack.get(track.id);
      if (!known) continue;
      standing ||= known.standing;
      if (oldest === null || known.startedAtMs < oldest.startedAtMs) oldest = known;
    }
    if (oldest) oldest.standing = standing;
    return oldest;
  }
}

function named(part: readonly Candidate[]): Gathering {
  const [first] = part.toSorted((a, b) => a.sinceMs - b.sinceMs || a.track.id - b.track.id);
  const { track, zoneIndex, sinceMs } = first!;
  return { trackId: track.id, zoneIndex, startedAtMs: sinceMs, standing: false, members: [] };
}

/** The empty space between two boxes along x and y, pixels; 0 where they overlap. */
export function gapPx(a: Float32Array, b: Float32Array): { x: number; y: number } {
  return {
    x: Math.max(0, Math.max(a[0]!, b[0]!) - Math.min(a[2]!, b[2]!)),
    y: Math.max(0, Math.max(a[1]!, b[1]!) - Math.min(a[3]!, b[3]!)),
  };
}
