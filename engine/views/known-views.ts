import type { Edges } from './edges.ts';
import { Fingerprint, type Likeness } from './fingerprint.ts';

/** A view of a camera, as its settings have it. */
export interface ViewSetting {
  id: string;
  /** Names what is drawn on it; with another drawing its fingerprint is another. */
  drawing: string;
  /** As `Fingerprint` writes it; null: nobody knows yet what the view looks like. */
  fingerprint: string | null;
}

export interface KnownView {
  readonly id: string;
  readonly drawing: string;
  fingerprint: Fingerprint | null;
}

/** The views of one camera, and which of them it was last at. */
export class KnownViews {
  /** null: not known yet, of several. */
  at: KnownView | null;
  #views: KnownView[];

  constructor(views: readonly ViewSetting[]) {
    this.#views = views.map(known);
    this.at = this.#only;
  }

  /** A camera with one view, of which nobody knows yet what it looks like, is taken to be at it. */
  get takesItsOnly(): KnownView | null {
    return this.#only?.fingerprint === null ? this.#only : null;
  }

  /** What a picture is held against first: the view the camera was last at. */
  get reference(): KnownView | null {
    return this.at?.fingerprint ? this.at : (this.#views.find((view) => view.fingerprint) ?? null);
  }

  /** The other view that a picture shows, if it shows any. */
  findOther(edges: Edges, than: KnownView | null): KnownView | null {
    let found: KnownView | null = null;
    for (const view of this.#views) {
      if (view === than || !view.fingerprint) continue;
      const likeness: Likeness = view.fingerprint.compare(edges);
      if (likeness === 'same') return view;
      if (likeness === 'similar') found ??= view;
    }
    return found;
  }

  /** Takes over changed settings. @returns whether the camera's only view was drawn anew, on what it shows now */
  renew(settings: readonly ViewSetting[]): boolean {
    const before = this.#views;
    this.#views = settings.map((setting) => {
      const same = before.find(({ id, drawing }) => id === setting.id && drawing === setting.drawing);
      return same ?? known(setting);
    });
    const only = this.#only;
    this.at = only ?? this.#views.find(({ id }) => id === this.at?.id) ?? null;
    return only !== null && !(before.length === 1 && before.includes(only));
  }

  get #only(): KnownView | null {
    return this.#views.length === 1 ? this.#views[0]! : null;
  }
}

function known({ id, drawing, fingerprint }: ViewSetting): KnownView {
  return { id, drawing, fingerprint: fingerprint === null ? null : Fingerprint.fromText(fingerprint) };
}
