import path from 'node:path';
import { type RawBuilder, sql } from 'kysely';
import { visibleTo } from '../accounts/visible-to.ts';
import type { Account } from '../contract/account.ts';
import type { CaseCheck, CheckOutcome, CheckReason } from '../contract/case-check.ts';
import type { Box, PictureMoment } from '../contract/observation.ts';
import type { Store } from '../store/open-store.ts';

/** A check as one jsonb value: its times are text. */
export interface CheckText {
  id: number;
  asked_at: string;
  until: string | null;
  outcome: CheckOutcome | null;
  reason: CheckReason | null;
  decided_at: string | null;
  parts: PartText[];
}

interface PictureText {
  captured_at: string;
  width_px: number;
  height_px: number;
  boxes: Box[];
}

interface PartText extends Partial<PictureText> {
  alert_id: string;
  camera_id: string;
  camera_name: string;
  outcome: CheckOutcome;
  reason: CheckReason | null;
  before_moment: PictureMoment | null;
  /** null: the picture of then is not kept. */
  before_captured_at: string | null;
  before_width_px: number;
  before_height_px: number;
  before_boxes: Box[];
}

/** The checks of the case in hand, the first one first. */
export function selectChecks(): RawBuilder<CheckText[]> {
  return sql<CheckText[]>`coalesce((
    select jsonb_agg(to_jsonb(c) || jsonb_build_object('parts', coalesce((
      select jsonb_agg(to_jsonb(p) - 'path' - 'before_path'
        || jsonb_build_object('camera_id', a.camera_id, 'camera_name', a.camera_name) order by p.alert_id)
      from case_check_parts p join alerts a on a.id = p.alert_id where p.check_id = c.id), '[]')) order by c.id)
    from case_checks c where c.case_id = cases.id), '[]')`;
}

const time = (text: string) => new Date(text).toISOString();
const orNull = (text: string | null) => (text === null ? null : time(text));

export function checkOnWire(check: CheckText): CaseCheck {
  const { id, asked_at, until, outcome, reason, decided_at, parts } = check;
  return {
    ...{ id, outcome, reason },
    askedAt: time(asked_at),
    until: orNull(until),
    decidedAt: orNull(decided_at),
    parts: parts.map((part) => partOnWire(id, part)),
  };
}

function partOnWire(checkId: number, part: PartText): CaseCheck['parts'][number] {
  const { alert_id, camera_id, camera_name, outcome, reason, before_moment: moment, before_captured_at } = part;
  const url = (which: CheckPicture) => `/api/case-checks/${checkId}/${which}.jpg?alert=${encodeURIComponent(alert_id)}`;
  return {
    ...{ alertId: alert_id, cameraId: camera_id, cameraName: camera_name, outcome, reason },
    before:
      moment && before_captured_at
        ? {
            capturedAt: time(before_captured_at),
            ...{ widthPx: part.before_width_px, heightPx: part.before_height_px, boxes: part.before_boxes },
            ...{ moment, url: url('before') },
          }
        : null,
    now: part.captured_at ? { ...pictureOnWire(part as PictureText), url: url('now') } : null,
  };
}

function pictureOnWire({ captured_at, width_px, height_px, boxes }: PictureText) {
  return { capturedAt: time(captured_at), widthPx: width_px, heightPx: height_px, boxes };
}

/** What a camera showed when it looked again, or the picture that this was compared with. */
export type CheckPicture = 'now' | 'before';

/** Where a picture of a check lies; null when there is none that the account may see. */
export async function checkPicturePath(
  { db, evidenceDir }: Store,
  account: Account,
  checkId: string,
  alertId: string,
  which: CheckPicture,
): Promise<string | null> {
  if (!/^\d{1,15}$/.test(checkId)) return null;
  const row = await db
    .selectFrom('case_check_parts')
    .innerJoin('case_checks', 'case_checks.id', 'case_check_parts.check_id')
    .innerJoin('cases', 'cases.id', 'case_checks.case_id')
    .select(['case_check_parts.path', 'before_path'])
    .where('check_id', '=', Number(checkId))
    .where('alert_id', '=', alertId)
    .where(visibleTo(account, 'cases'))
    .executeTakeFirst();
  const file = which === 'now' ? row?.path : row?.before_path;
  return file ? path.join(evidenceDir, file) : null;
}
