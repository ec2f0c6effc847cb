/** Who may import whom. One rule a wall; the comment is the reason a newcomer will read. */
const ROOMS = ['config', 'streams', 'models', 'engine', 'ui'];
const MAY_SEE = {
  config: [],
  streams: ['config'],
  models: ['config'],
  engine: ['config', 'streams', 'models'],
  ui: [],
};
/** The order in which a fact grows inside the engine; a stage never looks ahead. */
const STAGES = [
  'store',
  'accounts',
  'cameras',
  'probes',
  'outages',
  'online-rates',
  'libraries',
  'tiles',
  'basemaps',
  'onvif',
  'camera-imports',
  'ptz',
  'sites',
  'clocks',
  'algorithms',
  'bindings',
  'views',
  'tracks',
  'placements',
  'observations',
  'spools',
  'analysis',
  'shards',
  'renditions',
  'alerts',
  'rollouts',
  'clips',
  'labelled-sets',
  'cases',
  'checks',
  'appraisals',
  'officers',
  'notices',
  'days',
  'audits',
  'server',
  'demo',
];

const roomWalls = ROOMS.map((room) => ({
  name: `${room}-sees-${MAY_SEE[room].join('-and-') || 'no-other-room'}`,
  severity: 'error',
  comment: `${room} may import only itself${MAY_SEE[room].length ? ` and ${MAY_SEE[room].join(', ')}` : ''}${room === 'ui' ? ', and of the engine its contract' : ''}; see README, "The rooms".`,
  from: { path: `^${room}/` },
  to: {
    path: `^(${ROOMS.filter((other) => other !== room && !MAY_SEE[room].includes(other)).join('|')})/`,
    ...(room === 'ui' && { pathNot: '^engine/contract/' }),
  },
}));

const stageWalls = STAGES.slice(0, -1).map((stage, i) => ({
  name: `${stage}-never-look-ahead`,
  severity: 'error',
  comment: `${stage} come before ${STAGES.slice(i + 1).join(', ')}; hand them a value, do not call them.`,
  from: { path: `^engine/${stage}/`, pathNot: '[.]test[.]ts$' },
  to: { path: `^engine/(${STAGES.slice(i + 1).join('|')})/|^engine/main[.]ts` },
}));

module.exports = {
  forbidden: [
    ...roomWalls,
    ...stageWalls,
    {
      name: 'nobody-imports-a-main',
      severity: 'error',
      comment: 'A composition root builds everything and is started, never imported; npm start becomes the engine.',
      from: { pathNot: '^engine/setup/start[.]mjs$' },
      to: { path: '/main[.]ts$' },
    },
    {
      name: 'contract-runs-anywhere',
      severity: 'error',
      comment: 'The browser loads engine/contract too: schemas only.',
      from: { path: '^(engine/contract|config)/', pathNot: '[.]test[.]ts$' },
      to: { pathNot: '^(engine/contract|config)/|^node_modules/zod/' },
    },
    {
      name: 'cross-a-room-by-its-name',
      severity: 'error',
      comment: 'Write #streams/frame.ts, not ../streams/frame.ts: the crossing must show.',
      from: { path: '^([^/]+)/' },
      to: {
        path: '^(config|streams|models|engine|ui)/',
        pathNot: '^$1/',
        dependencyTypesNot: ['aliased-subpath-import'],
      },
    },
    {
      name: 'leaves-read-config-types-only',
      severity: 'error',
      comment: 'streams and models take a parsed config as an argument; they never parse or load one.',
      from: { path: '^(streams|models)/', pathNot: '[.]test[.]ts$' },
      to: { path: '^config/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'one-door-to-ffmpeg',
      severity: 'error',
      comment:
        'fluent-ffmpeg is archived upstream: one file uses it, so that one file can replace it. The bench that is measured against it is frozen.',
      from: { pathNot: '^(streams/ffmpeg|engine/benches/comparator)[.]ts$' },
      to: { path: '^node_modules/fluent-ffmpeg/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'Two files in a circle are one file.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'Nobody imports this file: delete it.',
      from: {
        orphan: true,
        pathNot: '[.]d[.]ts$|[.]test[.]ts$|/main[.]tsx?$|[.]config[.]ts$|^engine/(proofs|benches|setup)/',
      },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^ui/(dist|public)/' },
    enhancedResolveOptions: { conditionNames: ['import', 'node', 'default', 'types'], exportsFields: ['exports'] },
  },
};
