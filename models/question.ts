type Fields = Record<string, unknown>;

/** One answer to a question, and the fields of the manifest that it sets. */
export interface Choice {
  id: string;
  sets: { input?: Fields; output?: Fields };
}

/** What no file says for sure, so that a person must. `guess` is the choice that is taken until then; null: none is likelier. */
export interface Question {
  code:
    | 'pixel-scale'
    | 'colour-order'
    | 'resize'
    | 'input-size'
    | 'labels'
    | 'score-activation'
    | 'objectness'
    | 'box-format'
    | 'box-unit'
    | 'first-class'
    | 'columns'
    | 'grid'
    | 'anchors';
  guess: string | null;
  /** Empty: the answer is none of a few, such as a list of labels. */
  choices: Choice[];
}
