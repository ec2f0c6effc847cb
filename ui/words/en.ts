import { acceptViewEn } from './accept-view-en.ts';
import { algorithmEn } from './algorithm-en.ts';
import { appraisalEn } from './appraisal-en.ts';
import { auditEn } from './audit-en.ts';
import { calibrationEn } from './calibration-en.ts';
import { caseLoopEn } from './case-loop-en.ts';
import { caseReportEn } from './case-report-en.ts';
import { caseRulesEn } from './case-rules-en.ts';
import { clipEn } from './clip-en.ts';
import { definitionEn } from './definition-en.ts';
import { dispatchEn } from './dispatch-en.ts';
import { healthEn } from './health-en.ts';
import { inspectionEn } from './inspection-en.ts';
import { keysEn } from './keys-en.ts';
import { libraryEn } from './library-en.ts';
import { mapToolsEn } from './map-tools-en.ts';
import { officersEn } from './officers-en.ts';
import { patrolEn } from './patrol-en.ts';
import { poolEn } from './pool-en.ts';
import { problemEn } from './problem-en.ts';
import { proofEn } from './proof-en.ts';
import { ptzEn } from './ptz-en.ts';
import { queueEn } from './queue-en.ts';
import { replayEn } from './replay-en.ts';
import { rolloutEn } from './rollout-en.ts';
import type { Words } from './shape.ts';
import { videoEn } from './video-en.ts';
import { webhookEn } from './webhook-en.ts';

/** All that the page says, in English. */
export const en: Words = {
  product: 'Chengnao',
  nav: {
    label: 'Pages',
    wall: 'Map',
    dispatch: 'Dispatch',
    officers: 'Patrol',
    live: 'Live video',
    pool: 'Video pool',
    algorithms: 'Algorithms',
    appraisal: 'Appraisal',
  },
  rule: {
    'illegal-parking': 'Illegal parking',
    'exposed-garbage': 'Exposed garbage',
    'street-vendor': 'Street vendor',
    'unleashed-dog': 'Unleashed dog (experimental)',
    'object-present': 'Object present',
  },
  severity: { critical: 'Critical', major: 'Major', minor: 'Minor', info: 'Info' },
  state: {
    new: 'New',
    acknowledged: 'Acknowledged',
    shelved: 'Shelved',
    case: 'Case opened',
    'case-closed': 'Case closed',
    false: 'False alarm',
    'wrong-class': 'Wrong class',
    ended: 'Ended',
    standing: 'Still there',
    unwatched: 'There when last watched',
  },
  zone: {
    'no-parking': 'no-parking zone',
    'no-vending': 'no-vending zone',
    'keep-clean': 'keep-clean zone',
    leash: 'leash zone',
    watch: 'watched zone',
  },
  thing: {
    vehicle: 'a vehicle',
    garbage: 'garbage',
    vendor: 'a vendor',
    dog: 'a dog away from any person',
    stray: 'a stray dog, no one in view',
    object: 'a thing',
    mover: 'a thing',
  },
  role: {
    operator: 'operator',
    dispatcher: 'dispatcher',
    'model-admin': 'model admin',
    administrator: 'administrator',
    officer: 'patrol officer',
  },
  unknown: '–',
  close: 'Close',
  cancel: 'Cancel',
  retry: 'Try again',
  loading: 'Loading…',

  login: {
    title: 'Sign in',
    username: 'Username',
    password: 'Password',
    show: 'Show password',
    hide: 'Hide password',
    submit: 'Sign in',
    busy: 'Signing in…',
    ended: 'Your session has ended. Sign in again to return to where you were.',
    wrong: 'Wrong username or password',
    first: 'At the first start, the password of the account “admin” is shown in the terminal that runs the server.',
    waiting: 'Waiting for the server to answer…',
  },

  header: {
    coverage: 'Analysed online',
    coverageHint: 'Cameras whose pictures arrive and are analysed / all cameras',
    age: 'Data',
    live: 'Live',
    catchingUp: 'Catching up',
    loading: 'Loading data',
    down: 'Connection lost',
    downSince: 'data as of {{clock}}',
    soundOn: 'Alert sound: on',
    soundOff: 'Alert sound: off',
    soundHint: 'A tone for new critical and major alerts. Browsers ask for a click before a page may sound.',
    quietPlaces: 'Quiet places',
    size: 'Display size',
    keys: 'Keys',
    language: '中文',
    languageHint: '切换到中文',
    signOut: 'Sign out',
    menu: 'Menu',
    notice: 'About this site',
  },

  figure: {
    label: 'Current figures',
    open: 'Open alerts',
    untouched: 'Unacknowledged',
    cases: 'Open cases',
    faulty: 'Faulty cameras',
  },

  list: {
    title: 'Alerts',
    label: 'Alerts, the most urgent first',
    count: '{{count}} in all',
    below: '{{count}} more below',
    more: 'Show {{count}} more',
    pictures: 'To look at',
    justEnded: 'Just ended and handled',
    noneTitle: 'No alerts',
    noneAllWell: 'All {{count}} cameras are well',
    noneSomeOff: '{{off}} of {{total}} cameras are not being analysed',
    noneNoCamera: 'There is no camera yet',
    lasting: 'for {{span}}',
    announce: 'New alert: {{rule}}, {{camera}}',
    failed: 'The data could not be loaded; trying again',
  },

  map: {
    label: 'Map of the city',
    loading: 'Drawing the map…',
    failed: 'The map cannot be shown: {{reason}}. The list is not affected.',
    noWebgl: 'this browser has no WebGL2',
    noTownships: 'The townships could not be loaded',
    noBoundaries: 'The county outlines could not be loaded',
    noRoads: 'No base map of roads configured',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    home: 'Whole city',
    here: 'At this place',
    hereAlerts: 'Alerts: {{count}}',
    hereCameras: 'Cameras: {{count}}',
    hereNearer: 'Zoom in to see the others',
    legend: 'Legend',
    playing: 'Online',
    connecting: 'Connecting',
    reachable: 'Answers, no picture taken',
    disabled: 'Out of service',
    offline: 'Offline',
    degraded: 'Online, with losses',
    faulty: 'Picture at fault',
    acknowledgedMark: 'Hollow: acknowledged',
  },

  camera: {
    playing: 'Online',
    degraded: 'Online, with losses',
    connecting: 'Connecting',
    unknown: 'Not asked yet',
    reachable: 'Answers',
    disabled: 'Out of service',
    offline: 'Offline',
    since: 'since {{at}}',
    paused: 'Analysis pauses and goes on by itself',
    view: 'At the view “{{view}}”',
    defaultView: 'Default view',
    noView: 'At none of its known views',
    id: 'ID',
    department: 'Owner',
    noPicture: 'No picture yet',
    pictureFailed: 'The picture cannot be had',
    current: 'Now',
    currentAlt: 'The current picture of {{camera}}',
    stale: 'Picture frozen for {{span}}',
    captured: '{{age}}',
  },

  fault: {
    unreachable: 'Nobody answers at the camera’s address: check power and network',
    'unknown-host': 'The host name of the address is not known',
    'connection-lost': 'The camera cut the connection; connecting again',
    silent: 'Connected, but no picture comes; connecting again',
    'wrong-credentials':
      'Wrong user or password. It is tried again at once when the address is changed, so that no account gets locked',
    'credentials-missing': 'The camera asks for a user and password; the address has none',
    'sign-in-unknown': 'The camera asks for a kind of sign-in that is not supported',
    forbidden: 'The camera does not let this account in; it may be locked',
    'not-found': 'The camera knows no stream of this address',
    busy: 'The camera serves too many others; tried again later',
    'transport-refused': 'The camera takes neither TCP nor UDP',
    'redirected-away': 'The camera sends on to an address that cannot be used',
    'server-error': 'The camera refused the request',
    garbled: 'What the camera sends cannot be read',
    'no-video': 'There is no H.264 or H.265 video in it',
    'bad-address': 'The address cannot be read',
    'playlist-ended': 'The playlist has come to its end',
    'file-unreadable': 'The video file cannot be read',
    'program-missing': 'This kind of address needs ffmpeg, which is not installed on the server',
    'udp-only': 'The camera takes UDP only: pictures may get lost',
    damaged: 'The network loses packets: many pictures are incomplete and not analysed',
    'analysis-ended': 'The analysis process ended and is being started again',
  },

  pictureFault: {
    covered: 'Lens covered',
    dark: 'Too dark',
    frozen: 'Picture frozen',
    'view-moved': 'View moved',
    turned: 'Being turned',
  },

  acceptView: acceptViewEn,
  video: videoEn,
  ptz: ptzEn,
  calibration: calibrationEn,

  panel: {
    label: 'Alert',
    failed: 'The alert cannot be opened',
    evidence: 'Evidence',
    evidenceAlt: '{{moment}}: picture with {{count}} boxes, captured {{at}}',
    moment: { 'first-seen': 'First seen', onset: 'Raised', latest: 'Latest' },
    noEvidence: 'There is no picture of this moment',
    nearPicture: 'Zoom to it',
    wholePicture: 'Whole picture',
    pictureMissing: 'The evidence picture could not be loaded',
    capturedAt: 'Captured {{at}}',
    why: 'Why it was raised',
    whyStanding:
      'In the {{zone}} there is {{thing}}, seen there since {{since}}, {{span}} by now. That is longer than the {{dwell}} asked for; raised at {{raised}}.',
    whyUnwatched:
      'In the {{zone}} there was {{thing}}, seen there since {{since}}, {{span}} until the camera ceased to watch. That is longer than the {{dwell}} asked for; raised at {{raised}}.',
    whyEnded:
      'In the {{zone}} there was {{thing}}, seen there from {{since}} for {{span}}. That is longer than the {{dwell}} asked for; raised at {{raised}}, no longer seen since {{ended}}.',
    verified: 'Before it was raised, {{model}} looked at the place enlarged and saw it too ({{score}}).',
    unverified: {
      'not-opened': 'Not verified: the second model {{model}} does not open.',
      barred: 'Not verified: the second model {{model}} is quarantined or retired.',
      failed: 'Not verified: a run of the second model {{model}} failed.',
    },
    notWatching:
      '{{fault}}: the camera has not been watching since {{since}}. The alert stays as it is until the camera is back.',
    otherView: 'The camera is at “{{now}}”, not at “{{view}}”, since {{since}}; the alert stays until it is back.',
    rule: 'Rule',
    zone: 'Zone',
    zoneNamed: '{{kind}} “{{name}}”',
    wholeView: 'the whole picture',
    zoneNumbered: '{{kind}} {{number}}',
    dwell: 'Dwell asked',
    since: 'First seen',
    raised: 'Raised',
    lastSeen: 'Last seen',
    ended: 'Gone since',
    lasting: 'Lasting',
    confidence: 'Confidence',
    classes: 'Seen as',
    model: 'Model',
    place: 'Place',
    placeError: '± {{metres}} m',
    county: 'County',
    noCounty: 'outside all counties',
    id: 'Alert id',
    history: 'History',
    noHistory: 'Nobody has handled it yet',
    acknowledge: 'Acknowledge',
    falseAlarm: 'False alarm',
    makeCase: 'Make a case',
    openCase: 'Open the case',
    inCase: 'Case {{id}}',
    judgedFalse: 'Judged a false alarm. See “Quiet places” for its quiet time.',
  },
  entry: {
    acknowledged: 'Acknowledged',
    'false-alarm': 'Called a false alarm',
    'false-alarm-revoked': 'False alarm revoked',
    'case-opened': 'Case opened',
    confirmed: 'Judged true',
    'wrong-class': 'Judged of another class',
    'verdict-withdrawn': 'Verdict withdrawn',
  },

  acknowledge: {
    title: 'Acknowledge the alert',
    what: 'You have seen this alert and take it on. Every screen will show your name and comment, and its sound stops.',
    comment: 'Comment (optional)',
    submit: 'Acknowledge alert',
  },
  falseAlarm: {
    title: 'Call it a false alarm',
    what: 'The alert leaves the list, and this place of this camera stays quiet for the same kind of thing for {{span}}. Revocable at any time under “Quiet places”.',
    reason: 'Reason (required)',
    needed: 'Please give the reason; others will go by it',
    submit: 'Call it a false alarm',
  },
  makeCase: {
    title: 'Make a case',
    what: 'Opens a case from this alert and hands it to dispatch.',
    note: 'Note (optional)',
    submit: 'Make the case',
  },

  quiet: {
    title: 'Quiet places',
    what: 'After a false alarm, that place of that camera raises no alert for the same kind of thing until the time is over or someone revokes it.',
    none: 'There are no quiet places',
    camera: 'Camera',
    rule: 'Rule',
    reason: 'Reason',
    by: 'By',
    until: 'Quiet until',
    left: '{{span}} left',
    expired: 'over',
    revoked: 'revoked by {{by}} at {{at}}',
    revoke: 'Revoke',
    revokeReason: 'Reason for revoking (required)',
    revokeSubmit: 'Revoke it',
    needed: 'Please give the reason',
    past: 'Revoked or over',
    alert: 'Show the alert',
  },

  keys: keysEn,

  size: {
    title: 'Display size',
    what: 'Scales the whole screen; kept on this computer.',
    smaller: 'Smaller',
    larger: 'Larger',
    reset: 'Back to 100%',
    viewing: 'By viewing distance',
    viewingWhat: 'Body text becomes about 22 arc minutes high, for reading from afar.',
    distance: 'Viewing distance (m)',
    pitch: 'Pixel pitch (mm)',
    apply: 'Apply',
    invalid: 'Please enter numbers above 0',
  },

  dispatch: dispatchEn,
  caseLoop: caseLoopEn,
  caseRules: caseRulesEn,
  webhook: webhookEn,
  caseReport: caseReportEn,
  patrol: patrolEn,
  ...officersEn,

  ...clipEn,
  ...poolEn,
  ...mapToolsEn,

  appraisal: appraisalEn,
  audit: auditEn,
  queue: queueEn,
  ...algorithmEn,
  ...definitionEn,
  ...inspectionEn,
  ...healthEn,
  ...proofEn,

  ...rolloutEn,

  replay: replayEn,
  library: libraryEn,

  problem: problemEn,
};
