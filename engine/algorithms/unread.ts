import type { Inspection } from '../contract/inspection.ts';

/** What is known of an upload that nobody has opened yet. */
export const UNREAD: Readonly<Inspection> = {
  accepted: false,
  kind: null,
  bytes: 0,
  sha256: null,
  findings: [],
  graph: null,
  manifest: null,
  guessedFrom: null,
  labels: null,
  questions: [],
  feeding: null,
  samples: [],
  parts: [],
  modelCard: null,
};
