import type { Alert } from '#engine/contract/alert.ts';
import type { Problem } from '#engine/contract/problem.ts';
import type { City } from './city.ts';
import type { Connection } from './connection.ts';

/** What was looked for; null while unknown. */
export interface Found<T> {
  entity: T | null;
  problem: Problem | null;
}

/** What a page shows the city from: as it is, or as it was at an instant. Who draws it need not know which. */
export interface CitySource {
  readonly subscribe: (listener: () => void) => () => void;
  readonly city: () => City;
  readonly connection: () => Connection;
  /** The instant that is shown, epoch milliseconds; null: now. Nothing can be done about what is past. */
  readonly instantMs: () => number | null;
  /** An alert that the city does not hold; null: the server knows how it is. The same object while nothing changes. */
  readonly alertBeside: (id: string) => Found<Alert> | null;
}
