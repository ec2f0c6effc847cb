/**
 * `npm run bench:cases [-- --cases 1000000 --open 2000 --rounds 40]`: queue, lamp board, search and appraisal of a store full of
 * made-up cases, as a signed-in page asks for them over HTTP, against the bare SQL of the same in the same run, in turns.
 */
import { parseArgs } from 'node:util';
import { seedCases } from '../proofs/seeded-cases.ts';
import { openSiteUnderTest } from '../server/site-under-test.ts';
import { OUTCOME_OPTIONS, percentile, printOutcome, round } from './outcome.ts';

const { values } = parseArgs({
  options: {
    ...OUTCOME_OPTIONS,
    cases: { type: 'string', default: '1000000' },
    open: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '40' },
  },
});
const [cases, open, rounds] = [Number(values.cases), Number(values.open), Number(values.rounds)];

/** The same as the routes read, as plain text; all that belongs to a case comes with it. */
const WITH_ALL = `select c.*, u.name as unit_name,
  coalesce((select jsonb_agg(to_jsonb(e) order by e.n) from case_entries e where e.case_id = c.id), '[]') as entries,
  coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'presence', a.presence, 'cameraId', a.camera_id) order by a.id)
    from case_alerts ca join alerts a on a.id = ca.alert_id where ca.case_id = c.id), '[]') as alerts
  from cases c left join units u on u.id = c.unit_id`;
const found = (text: string) => `${WITH_ALL} where c.state = 'closed' and c.words like '%${text}%'
  order by c.opened_at desc, c.id desc limit 50`;
const ASKED: Record<string, { path: string; bare: string }> = {
  queue: {
    path: '/api/cases?limit=200',
    bare: `${WITH_ALL} where c.state <> 'closed' order by c.opened_at desc, c.id desc limit 200`,
  },
  lamps: {
    path: '/api/case-lamps',
    bare: `select unit_id, count(*) filter (where (clock ->> 'dueAt')::timestamptz < now()) as red,
      count(*) filter (where (clock ->> 'dueAt')::timestamptz >= now() and (clock ->> 'yellowAt')::timestamptz <= now()) as yellow,
      count(*) filter (where (clock ->> 'yellowAt')::timestamptz > now()) as green from cases where state <> 'closed' group by 1`,
  },
  searchCommon: { path: '/api/cases?state=closed&limit=50&text=路口12', bare: found('路口12') },
  searchRare: { path: `/api/cases?state=closed&limit=50&text=test-00000${777}`, bare: found('test-00000777') },
};

const site = await openSiteUnderTest();
const admin = await site.signIn({ username: 'bench', roles: ['administrator'] });
const begunMs = performance.now();
await seedCases(site.store.db, { cases, open });
const seededMs = performance.now() - begunMs;
const client = await site.store.connect('bench');
try {
  const figures: Record<string, unknown> = {};
  for (const [name, { path, bare }] of Object.entries(ASKED)) {
    const [ours, limit]: [number[], number[]] = [[], []];
    for (let i = -2; i < rounds; i++) {
      const asked = await timed(async () => {
        const answer = await admin.get(encodeURI(path));
        if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
      });
      const read = await timed(() => client.query(bare));
      // The first ones are not warm.
      if (i >= 0) {
        ours.push(asked);
        limit.push(read);
      }
    }
    figures[name] = compared(ours, limit);
  }
  const appraisal = await timed(() => admin.get('/api/case-rates?by=day'));
  printOutcome(
    {
      bench: 'cases',
      workload: `${cases} cases of a year, ${open} open, ${rounds} rounds`,
      worstP95Ratio: Math.max(...Object.values(figures).map((figure) => (figure as { p95Ratio: number }).p95Ratio)),
      ...figures,
      appraisalOf30DaysMs: round(appraisal),
      seededMs: round(seededMs, 0),
    },
    values,
  );
} finally {
  await client.end();
  await site.close();
}
process.exit(0);

async function timed(run: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await run();
  return performance.now() - since;
}

function compared(ours: number[], limit: number[]) {
  const sorted = [ours, limit].map((values) => [...values].sort((a, b) => a - b));
  const at = (i: number, share: number) => percentile(sorted[i]!, share);
  return {
    ...{ p50Ms: round(at(0, 0.5)), p95Ms: round(at(0, 0.95)) },
    ...{ sqlP50Ms: round(at(1, 0.5)), sqlP95Ms: round(at(1, 0.95)) },
    ...{ p50Ratio: round(at(0, 0.5) / at(1, 0.5)), p95Ratio: round(at(0, 0.95) / at(1, 0.95)) },
  };
}
