import { type Kysely, sql } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { LampCount } from '../contract/case-lamp.ts';
import type { Schema } from '../store/schema.ts';

/** How many open cases have which lamp (亮灯), by unit; those of nobody first, then the unit with the most red ones. */
export async function countLamps(db: Kysely<Schema>, account: Account | null): Promise<LampCount[]> {
  const { rows } = await sql<LampCount>`
    with lit as (
      select unit_id, case
          when clock is null then 'none'
          when (clock ->> 'dueAt')::timestamptz < now() then 'red'
          when clock ->> 'phase' = 'paused' then 'paused'
          when (clock ->> 'yellowAt')::timestamptz <= now() then 'yellow'
          else 'green' end as lamp
      from cases where state <> 'closed' and ${visibleTo(account)()}
    )
    select lit.unit_id as "unitId", max(units.name) as "unitName",
      count(*) filter (where lamp = 'red')::int as red, count(*) filter (where lamp = 'yellow')::int as yellow,
      count(*) filter (where lamp = 'green')::int as green, count(*) filter (where lamp = 'paused')::int as paused,
      count(*) filter (where lamp = 'none')::int as none
    from lit left join units on units.id = lit.unit_id
    group by 1 order by lit.unit_id is not null, red desc, yellow desc, 1`.execute(db);
  return rows;
}
