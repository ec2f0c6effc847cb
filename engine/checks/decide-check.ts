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
  const files = { now: new Map<string, string>(), before: new Map<string, string>() };
  const file = async (of: Map<string, string>, alertId: string, name: string, jpeg: Uint8Array) => {
    const placed = path.join('checks', `${checkId}-${alertId}${name}.jpg`);
    await place(evidenceDir, placed, (part) => writeFile(part, jpeg));
    of.set(alertId, placed);
  };
  for (const { alert, look } of parts) {
    if (look) await file(files.now, alert.alertId, '', look.jpeg);
    if (alert.before) await file(files.before, alert.alertId, '-before', alert.before.jpeg);
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
      const { alertId, before } = part.alert;
      await trx
        .insertInto('case_check_parts')
        .values({
          ...{ check_id: checkId, alert_id: alertId, outcome: part.outcome, reason: part.reason },
          before_moment: before?.moment ?? null,
          before_captured_at: before?.capturedAt ?? null,
          before_width_px: before?.widthPx ?? null,
          before_height_px: before?.heightPx ?? null,
          before_boxes: JSON.stringify(before?.boxes ?? []),
          before_path: files.before.get(alertId) ?? null,
          captured_at: look && new Date(look.capturedAtMs),
          width_px: look?.widthPx ?? null,
          height_px: look?.heightPx ?? null,
          boxes: JSON.stringify(look?.boxes.filter(({ isSure }) => isSure).map(boxOf) ?? []),
          path: files.now.get(alertId) ?? null,
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
  if (!written)
    for (const placed of [...files.now.values(), ...files.before.values()]) await removePlaced(evidenceDir, placed);
  return written;
}

function boxOf({ xyxy, class: label, score }: FreshLook['boxes'][number]) {
  return { xyxy, class: label, score };
}
