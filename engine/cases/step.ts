import type { NewCaseEntry } from '../contract/case.ts';
import { CASE_STEPS, type CaseStanding, mayFollow, mustSayWhy, type NewEntryKind } from '../contract/case-steps.ts';
import { Refusal } from '../contract/refusal.ts';

/**
 * Whether an entry may be appended to a case that stands so.
 * @param stillSeen whether a camera sees what the case is about
 * @throws Refusal 409 `wrong-step`; 422 `unit-required`, `limit-required`, `note-required` where the table asks for it, and
 * `limit-unwanted` where it does not.
 */
export function assertMayFollow(standing: CaseStanding, entry: NewCaseEntry, stillSeen: boolean): void {
  const { kind, unitId, limit, note } = entry;
  const { needs } = CASE_STEPS[kind];
  if (!mayFollow(standing, kind)) {
    const { appeal } = standing;
    if (kind.startsWith('appeal')) {
      throw new Refusal(409, 'wrong-step', 'An appeal is made once, and answered once.', {
        got: { kind, appeal },
        expected: (Object.keys(CASE_STEPS) as NewEntryKind[]).filter((one) => mayFollow(standing, one)),
      });
    }
    const stands = standing.suspended ? 'suspended' : standing.state;
    throw new Refusal(409, 'wrong-step', `A case that is ${stands} cannot be ${kind}.`, {
      got: kind,
      expected: (Object.keys(CASE_STEPS) as NewEntryKind[]).filter((one) => mayFollow(standing, one)),
    });
  }
  if (needs.includes('unit') && unitId === undefined) {
    throw new Refusal(422, 'unit-required', 'It must be said which unit the case is assigned to.', {
      got: 'no unitId',
      expected: 'the id of a unit',
    });
  }
  if (needs.includes('limit') !== (limit !== undefined)) {
    const code = limit === undefined ? 'limit-required' : 'limit-unwanted';
    throw new Refusal(422, code, 'An extension, and nothing else, says how much longer it may take.', {
      got: limit ?? 'no limit',
      expected: limit ? 'no limit' : 'an amount and a unit',
    });
  }
  if (mustSayWhy(standing, kind, stillSeen) && note.trim() === '') {
    const what = whatToSay(standing, kind);
    throw new Refusal(422, 'note-required', `The note must say ${what}.`, { got: 'no note', expected: what });
  }
}

function whatToSay({ state }: CaseStanding, kind: NewEntryKind): string {
  if (kind === 'handled') return 'what was done';
  if (kind !== 'closed') return `why it is ${kind}`;
  return state === 'handled'
    ? 'why the case is closed although the camera still sees it'
    : 'why the case is closed before it was handled';
}
