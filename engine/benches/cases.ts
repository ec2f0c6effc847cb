/**
 * `npm run bench:cases [-- --cases 1000000 --open 2000 --rounds 100]`: queue, lamp board, search and appraisal of a store full of
 * made-up cases, as a signed-in page asks for them over HTTP to the last byte, against the bare SQL of the same in the same run, in turns.
 */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { pageOfCases } from '../cases/read-cases.ts';
import { seedCases } from '../proofs/seeded-cases.ts';
import { openSiteUnderTest } from '../server/site-under-test.ts';
import { recordCase } from '../store/changes.ts';
import { OUTCOME_OPTIONS, percentile, printOutcome, round } from './outcome.ts';

const { values } = parseArgs({
  options: {
    ...OUTCOME_OPTIONS,
    cases: { type: 'string', default: '1000000' },
    open: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '100' },
  },
});
const [cases, open, rounds] = [Number(values.cases), Number(values.open), Number(values.rounds)];

/** All that the routes tell of a case, as plain text. */
const WITH_ALL = `select c.*, u.name as unit_name,
  coalesce((select jsonb_agg(to_jsonb(e) order by e.n) from case_entries e where e.case_id = c.id), '[]') as entries,
  coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'presence', a.presence, 'cameraId', a.camera_id) order by a.id)
    from case_alerts ca join alerts a on a.id = ca.alert_id where ca.case_id = c.id), '[]') as alerts,
  coalesce((select jsonb_agg(m.id order by m.id) from cases m where m.merged_into = c.id), '[]') as merged,
  coalesce((select jsonb_agg(case l.case_id when c.id then l.other_id else l.case_id end)
    from case_links l where c.id in (l.case_id, l.other_id)), '[]') as linked,
  coalesce((select jsonb_agg(to_jsonb(k) order by k.id) from case_checks k where k.case_id = c.id), '[]') as checks
  from cases c left join units u on u.id = c.unit_id`;
const OPEN = `${WITH_ALL} where c.state <> 'closed' order by c.opened_at desc, c.id desc limit 200`;
const search = (text: string) => ({
  path: `/api/cases?state=closed&limit=50&text=${text}`,
  bare: `${WITH_ALL} where c.state = 'closed' and c.words like '%${text}%' order by c.opened_at desc, c.id desc limit 50`,
});

const TOLD_WITHIN_MS = 500;
const WARM_ROUNDS = 10;

interface Asked {
  path: string;
  bare: string;
}

/** Each search is for what nobody searched for before. */
const ASKED: Record<string, (round: number) => Asked | Promise<Asked>> = {
  queue: () => ({ path: '/api/cases?limit=200', bare: OPEN }),
  /** A fifth of the page changed since it was asked for: far more than in any minute of a city. */
  queueOfChanged: async () => {
    await site.store.db.transaction().execute(async (trx) => {
      const page = await pageOfCases(trx, null, { limit: 200 });
      for (const [i, { id }] of page.entries()) if (i % 5 === 0) await recordCase(trx, id);
    });
    // By then those who look on have been told.
    await sleep(TOLD_WITHIN_MS);
    return { path: '/api/cases?limit=200', bare: OPEN };
  },
  lamps: () => ({
    path: '/api/case-lamps',
    bare: `select unit_id, count(*) filter (where (clock ->> 'dueAt')::timestamptz < now()) as red,
      count(*) filter (where (clock ->> 'dueAt')::timestamptz >= now() and (clock ->> 'yellowAt')::timestamptz <= now()) as yellow,
      count(*) filter (where (clock ->> 'yellowAt')::timestamptz > now()) as green from cases where state <> 'closed' group by 1`,
  }),
  searchCommon: (round) => search(`路口${10 + round}`),
  searchRare: (round) => search(`test-000${String(10_007 + 7001 * round).padStart(5, '0')}`),
};

const site = await openSiteUnderTest();
const admin = await site.signIn({ username: 'bench', roles: ['administrator'] });
const begunMs = performance.now();
await seedCases(site.store.db, { cases, open });
const seededMs = performance.now() - begunMs;
const client = await site.store.connect('bench');
const agent = new Agent({ keepAlive: true });
try {
  const figures: Record<string, unknown> = {};
  for (const [name, ask] of Object.entries(ASKED)) {
    const [times, limit]: [number[], number[]] = [[], []];
    for (let i = -WARM_ROUNDS; i < rounds; i++) {
      const { path, bare } = await ask(i + WARM_ROUNDS);
      const ours = () =>
        timed(async () => {
          const status = await get(site.address + encodeURI(path), admin.cookie);
          if (status !== 200) throw new Error(`got ${status} from ${path}, expected 200`);
        });
      const theirs = () => timed(() => client.query(bare));
      // Who comes second finds in memory what the first had to fetch.
      const isFirst = i % 2 === 0;
      const before = isFirst ? await ours() : await theirs();
      const after = isFirst ? await theirs() : await ours();
      const [asked, read] = isFirst ? [before, after] : [after, before];
      // The first ones are not warm.
      if (i >= 0) {
        times.push(asked);
        limit.push(read);
      }
    }
    figures[name] = compared(times, limit);
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

/** As a browser asks, without what it does with the answer. */
function get(url: string, cookie: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, headers: { cookie, 'Accept-Encoding': 'gzip' } }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode));
    });
    asked.once('error', reject).end();
  });
}

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
