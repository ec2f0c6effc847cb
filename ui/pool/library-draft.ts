import type { Library, LibraryDraft, LibraryMaking, LibraryRule } from '#engine/contract/library.ts';
import { listed } from './say-library.ts';

/** A library as its form holds it. */
export interface Draft {
  name: string;
  description: string;
  department: string;
  tags: string;
  departments: string[];
  counties: string[];
  townships: string;
  inspection: '' | 'yes' | 'no';
  /** GeoJSON; '': no area. */
  area: string;
  added: string;
  removed: string;
}

export function emptyDraft(department: string | null): Draft {
  return {
    name: '',
    description: '',
    department: department ?? '',
    tags: '',
    departments: [],
    counties: [],
    townships: '',
    inspection: '',
    area: '',
    added: '',
    removed: '',
  };
}

export function draftOf({ library, making }: { library: Library; making: LibraryMaking }): Draft {
  const { rule, added, removed } = making;
  return {
    name: library.name,
    description: library.description,
    department: library.department ?? '',
    tags: rule?.tags?.join(', ') ?? '',
    departments: rule?.departments ?? [],
    counties: rule?.divisions?.filter((code) => code.length === 6) ?? [],
    townships: rule?.divisions?.filter((code) => code.length > 6).join(', ') ?? '',
    inspection: rule?.inspection === undefined ? '' : rule.inspection ? 'yes' : 'no',
    area: rule?.area ? JSON.stringify(rule.area) : '',
    added: added.join('\n'),
    removed: removed.join('\n'),
  };
}

/** What the form says as the API takes it; `areaWrong` says why the area cannot even be read, null: it can. */
export function readDraft(draft: Draft): {
  body: Pick<LibraryDraft, 'rule' | 'added' | 'removed'>;
  areaWrong: string | null;
} {
  const { area, wrong } = readArea(draft.area);
  const divisions = [...draft.counties, ...listed(draft.townships)];
  const tags = listed(draft.tags);
  const rule: LibraryRule = {
    ...(tags.length > 0 && { tags }),
    ...(draft.departments.length > 0 && { departments: draft.departments }),
    ...(divisions.length > 0 && { divisions }),
    ...(draft.inspection !== '' && { inspection: draft.inspection === 'yes' }),
    ...(area !== null && { area }),
  };
  return {
    body: {
      rule: Object.keys(rule).length > 0 ? rule : null,
      added: listed(draft.added),
      removed: listed(draft.removed),
    },
    areaWrong: wrong,
  };
}

function readArea(text: string): { area: LibraryRule['area'] | null; wrong: string | null } {
  if (text.trim() === '') return { area: null, wrong: null };
  try {
    const read: unknown = JSON.parse(text);
    const isFeature = typeof read === 'object' && read !== null && 'geometry' in read;
    // What it must be beyond JSON the server says, with what was got and what was expected.
    return { area: (isFeature ? read.geometry : read) as LibraryRule['area'], wrong: null };
  } catch (error) {
    return { area: null, wrong: error instanceof Error ? error.message : String(error) };
  }
}
