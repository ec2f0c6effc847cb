import type { Words } from './shape.ts';

/** What the live video page says, in English. */
export const videoEn: Words['video'] = {
  open: 'Live',
  label: 'Live video',
  chooser: 'Cameras',
  search: 'Find by name',
  none: 'No camera found',
  noCamera: 'There is no camera yet',
  count: '{{chosen}} of {{all}} tiles used',
  grid: 'Number of tiles',
  gridOf: '{{count}} tiles',
  marks: 'Marks',
  marksHint:
    'Draws the analysed zones and the things found in this very picture. The video is 0.3 to 1.5 s later, to wait for them.',
  empty: 'Empty',
  emptyHint: 'Select this tile, then choose a camera from the list',
  tile: 'Live video of {{camera}}, {{phase}}',
  age: '{{seconds}} s ago',
  stale: 'stale {{seconds}} s',
  phase: {
    connecting: 'connecting',
    down: 'the line to the server is down, trying again',
    'waiting-for-key': 'waiting for a keyframe',
    playing: 'playing',
    refused: 'cannot be opened',
    'not-supported': 'still pictures only',
  },
  offline: 'The camera is offline, trying again',
  hindrance: {
    'no-decoder':
      'This browser cannot decode video (neither WebCodecs nor Media Source). A still picture is shown instead, renewed every 2 s.',
    codec:
      'This browser cannot decode this camera’s coding ({{codec}}). A still picture is shown instead, renewed every 2 s.',
    'conversions-full':
      'This browser cannot decode {{codec}}, and the server converts as many videos as it may. A still picture is shown instead, renewed every 2 s.',
    'conversion-ended':
      'This browser cannot decode {{codec}}, and the server’s conversion broke off. A still picture is shown instead, renewed every 2 s.',
  },
  hindranceShort: {
    'no-decoder': 'no decoder here: stills',
    codec: '{{codec}} not playable here: stills',
    'conversions-full': 'no {{codec}} conversion free: stills',
    'conversion-ended': '{{codec}} conversion broke off: stills',
  },
  converted: '{{codec}} converted',
  convertedHint: 'This browser cannot decode {{codec}}: the server converts it to H.264, at most 1280×720.',
  snapshot: 'Snapshot (watermarked, recorded)',
  saving: 'Adding the watermark…',
  notSaved: 'The snapshot was not saved: none is without a record.',
  enlarge: 'Enlarge',
  shrink: 'Back to the grid',
  remove: 'Remove',
  gone: 'The camera {{id}} does not exist, or is not yours to see',
};
