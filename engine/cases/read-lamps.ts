import { type Kysely, sql } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { LampCount } from '../contract/case-lamp.ts';
import type { Schema } from '../store/schema.ts';

const LAMPS = ['red', 'yellow', 'green', 'paused', 'none'] as const;

/** The present as a clock writes its instants: their order is that of their characters, and no instant is read from text. */
const NOW = sql`to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** How many open cases have which lamp (亮灯), by unit; those of nobody first, then the unit with the most red ones. */
export async function countLamps(db: Kysely<Schema>, account: Account | null): Promise<LampCount[]> {
  const { rows } = await sql<LampCount>`
    with present as materialized (select ${NOW} as at),
    counted as (
      select unit_id, case
          when clock is null then 'none'
          when clock ->> 'dueAt' < present.at then 'red'
          when clock ->> 'phase' = 'paused' then 'paused'
          when clock ->> 'yellowAt' <= present.at then 'yellow'
          else 'green' end as lamp, count(*) as cases
      from cases, present where state <> 'closed' and ${visibleTo(account)()}
      group by 1, 2
    ),
    lit as (
      select unit_id,
        ${sql.join(LAMPS.map((lamp) => sql`coalesce(sum(cases) filter (where lamp = ${sql.lit(lamp)}), 0)::int as ${sql.ref(lamp)}`))}
      from counted group by 1
    )
    select lit.unit_id as "unitId", units.name as "unitName", red, yellow, green, paused, "none"
    from lit left join units on units.id = lit.unit_id
    order by lit.unit_id is not null, red desc, yellow desc, 1`.execute(db);
  return rows;
}
