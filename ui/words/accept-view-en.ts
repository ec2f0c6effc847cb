import type { Words } from './shape.ts';

/** How a view is accepted, in English. */
export const acceptViewEn: Words['acceptView'] = {
  open: 'Accept this view…',
  title: 'Accept the new view · {{camera}}',
  which: 'Which view this is',
  zones: 'Zones as drawn: {{names}}',
  noZones: 'No zones are drawn on this view',
  what: 'What the camera shows now becomes this view; its zones stay as they are and its rules go on.',
  check: 'Look at the zones: if they do not fit any more, do not accept; they must be redrawn.',
  submit: 'Accept, zones unchanged',
};
