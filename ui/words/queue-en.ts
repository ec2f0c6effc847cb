import type { Words } from './shape.ts';

/** The queue of cases, in English. */
export const queueEn: Words['queue'] = {
  search: 'Search id, camera, county (/)',
  lamp: 'Lamp',
  severity: 'Severity',
  every: '{{name}}: all',
  clear: 'Clear filters',
  saved: 'Saved filters',
  keep: 'Save filter',
  forget: 'Remove “{{name}}”',
  name: 'Name',
  noneFit: 'No case fits these filters',
  tick: 'Tick {{id}}',
  several: 'Several at once',
  ticked: '{{count}} ticked',
  notFitting: '{{count}} of them do not fit and are left as they are',
  untick: 'Untick all',
  do: '{{step}}: {{count}}',
  board: 'Lamps by unit',
  map: 'Map of the cases',
  narrowed: '{{count}} of {{all}}',
};
