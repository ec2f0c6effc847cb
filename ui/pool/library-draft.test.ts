import { expect, test } from 'vitest';
import { LibraryDraft } from '#engine/contract/library.ts';
import { draftOf, emptyDraft, readDraft } from './library-draft.ts';

const RING = '[[[116,37],[117,37],[117,38],[116,37]]]';

test('what is filled in becomes a rule, what is left empty asks for nothing', () => {
  expect(readDraft(emptyDraft(null)).body).toEqual({ rule: null, added: [], removed: [] });
  const filled = {
    ...emptyDraft(null),
    tags: '学校，路口; 学校',
    counties: ['371402'],
    townships: '371403001、371403002',
    inspection: 'no' as const,
    added: 'a\nb\n\na',
  };
  const { body } = readDraft(filled);
  expect(body).toEqual({
    rule: { tags: ['学校', '路口'], divisions: ['371402', '371403001', '371403002'], inspection: false },
    added: ['a', 'b'],
    removed: [],
  });
  expect(LibraryDraft.safeParse(body).success).toBe(true);
});

test('an area is taken as a geometry or a feature; what is no JSON is said before anything is asked', () => {
  const polygon = `{"type":"Polygon","coordinates":${RING}}`;
  const of = (area: string) => readDraft({ ...emptyDraft(null), area });
  expect(of(polygon).body.rule).toEqual({ area: JSON.parse(polygon) });
  expect(of(`{"type":"Feature","properties":{},"geometry":${polygon}}`)).toEqual(of(polygon));
  expect(of('{"type":').areaWrong).not.toBeNull();
  expect(of('{"type":').body.rule).toBeNull();
});

test('a library that is opened in the form and saved as it is stays as it is', () => {
  const making = {
    rule: {
      tags: ['学校'],
      departments: ['公安'],
      divisions: ['371402', '371403001'],
      inspection: true,
      area: { type: 'Polygon' as const, coordinates: JSON.parse(RING) },
    },
    added: ['a'],
    removed: ['b', 'c'],
    revision: 3,
  };
  const library = {
    id: 'l',
    name: 'L',
    description: '',
    division: '371400',
    department: null,
    kind: 'rule-and-hand' as const,
    cameras: 1,
    acts: null,
  };
  const { rule, added, removed } = making;
  expect(readDraft(draftOf({ library, making })).body).toEqual({ rule, added, removed });
});
