import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CaseChecks } from '#config/case-checks.ts';
import { place, removePlaced } from '../alerts/evidence-files.ts';
import type { FreshLook } from '../analysis/messages.ts';
import type { CasePolicy } from '../cases/case-clocks.ts';
import { lockCase, recordStep, writeEntry } from '../cases/write-entry.ts';
import { standingOf } from '../contract/case-steps.ts';
import type { Store } from '../store/open-store.ts';
import type { CheckedAlert } from './checked-things.ts';
import type { Judgement } from './judge-look.ts';

/** What came of one alert's looks. */
export interface PartOutcome extends Judgement {
  alert: CheckedAlert;
  look: FreshLook | null;
}

interface Decision {
  checkId: number;
  caseId: string;
  parts: readonly PartOutcome[];
}

/** Of a case with several alerts, one that is still there decides, then one that nobody can tell of; without any nobody can. */
function overall(parts: readonly PartOutcome[]): Judgement & { cameraName: string | null } {
  const part =
    parts.find(({ outcome }) => outcome === 'still-there') ??
    parts.find(({ outcome }) => outcome === 'unclear') ??
    parts[0];
  if (!part) return { outcome: 'unclear', reason: 'not-looked-for', cameraName: null };
  return { outcome: part.outcome, reason: part.reason, cameraName: part.alert.cameraName };
}

/**
 * Writes what the cameras of a case saw, with their pictures: what is still there goes back to its unit; what is gone is closed where
 * the site wants that; what nobody can tell waits for a person.
 * @returns false when somebody decided before, the case has other alerts now, or a standing one speaks against it: nothing is written
 */
export async function decideCheck(
  { db, evidenceDir }: Store,
  { checkId, caseId, parts }: Decision,
  policy: CasePolicy,
  closing: CaseChecks['closing'],
): Promise<boolean> {
  const paths = new Map<string, string>();
  for (const { alert, look } of parts) {
    if (!look) continue;
    const file = path.join('checks', `${checkId}-${alert.alertId}.jpg`);
    await place(evidenceDir, file, (part) => writeFile(part, look.jpeg));
    paths.set(alert.alertId, file);
  }
  const { cameraName, outcome, reason } = overall(parts);
  const written = await db.transaction().execute(async (trx) => {
    const locked = await lockCase(trx, null, caseId);
    const check = await trx
      .selectFrom('case_checks')
      .select('until')
      .where('id', '=', checkId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (check.until === null || standingOf(locked.entries).state !== 'handled') return false;
    const own = locked.alerts.filter(({ case_id }) => case_id === caseId).map(({ id }) => id);
    if (
      own.sort().join() !==
      parts
        .map((part) => part.alert.alertId)
        .sort()
        .join()
    )
      return false;
    const stands = locked.alerts.some(({ presence, case_id }) => presence === 'standing' && case_id === caseId);
    if (outcome === 'gone' && stands) return false;
    const atMs = Date.now();
    for (const part of parts) {
      const { look } = part;
      await trx
        .insertInto('case_check_parts')
        .values({
          ...{ check_id: checkId, alert_id: part.alert.alertId, outcome: part.outcome, reason: part.reason },
          before_moment: part.alert.moment,
          captured_at: look && new Date(look.capturedAtMs),
          width_px: look?.widthPx ?? null,
          height_px: look?.heightPx ?? null,
          boxes: JSON.stringify(look?.boxes.filter(({ isSure }) => isSure).map(boxOf) ?? []),
          path: paths.get(part.alert.alertId) ?? null,
        })
        .execute();
    }
    await trx
      .updateTable('case_checks')
      .set({ until: null, outcome, reason, decided_at: new Date(atMs) })
      .where('id', '=', checkId)
      .execute();
    const detail = { kind: 'check', outcome, reason } as const;
    const by = cameraName ?? locked.row.camera_name;
    await writeEntry(trx, locked, { kind: 'checked', by, detail, atMs }, policy);
    const next = outcome === 'still-there' ? 'rework' : outcome === 'gone' && closing === 'automatic' ? 'closed' : null;
    if (next) await writeEntry(trx, locked, { kind: next, by, detail, atMs }, policy);
    await recordStep(trx, locked);
    return true;
  });
  if (!written) for (const file of paths.values()) await removePlaced(evidenceDir, file);
  return written;
}

function boxOf({ xyxy, class: label, score }: FreshLook['boxes'][number]) {
  return { xyxy, class: label, score };
}
