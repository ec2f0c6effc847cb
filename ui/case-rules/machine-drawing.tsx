import type { ReactNode } from 'react';
import { CaseState } from '#engine/contract/case.ts';
import { CASE_STEPS, type NewEntryKind } from '#engine/contract/case-steps.ts';
import { useWords } from '../words/words.ts';

const STATES = CaseState.options;
const APART = 240;
const WIDE = 150;
const HIGH = 52;
const MIDDLE = 250;

interface Edge {
  from: number;
  to: number;
  kinds: NewEntryKind[];
}

/** Which steps lead from one state to another: those that are read off the table, and no others. */
function edgesOfTable(): Edge[] {
  const edges = new Map<string, Edge>();
  for (const kind of Object.keys(CASE_STEPS) as NewEntryKind[]) {
    const { from, to } = CASE_STEPS[kind];
    for (const state of from) {
      if (to === null || to === state) continue;
      const [a, b] = [STATES.indexOf(state), STATES.indexOf(to)];
      const key = `${a} ${b}`;
      const edge = edges.get(key) ?? { from: a, to: b, kinds: [] };
      edge.kinds.push(kind);
      edges.set(key, edge);
    }
  }
  return [...edges.values()];
}

const EDGES = edgesOfTable();
const centre = (state: number): number => WIDE / 2 + 20 + state * APART;

/** The states in a row: what goes on is drawn above them, what goes back below. Whoever listens has the table. */
export function MachineDrawing(): ReactNode {
  const { t } = useWords();
  const wide = centre(STATES.length - 1) + WIDE / 2 + 20;
  return (
    <div className="machine-drawing">
      <svg viewBox={`0 0 ${wide} 470`} role="img" aria-label={t('caseLoop.machineDrawing')}>
        <defs>
          <marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">
            <path d="M0 0 10 5 0 10z" />
          </marker>
        </defs>
        {EDGES.map((edge) => (
          <EdgeLine
            key={`${edge.from} ${edge.to}`}
            edge={edge}
            words={edge.kinds.map((kind) => t(`dispatch.step.${kind}`))}
          />
        ))}
        {STATES.map((state, i) => (
          <g key={state}>
            <rect x={centre(i) - WIDE / 2} y={MIDDLE - HIGH / 2} width={WIDE} height={HIGH} rx="8" />
            <text x={centre(i)} y={MIDDLE + 6} className="state">
              {t(`dispatch.state.${state}`)}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

function EdgeLine({ edge: { from, to }, words }: { edge: Edge; words: string[] }): ReactNode {
  const far = Math.abs(to - from);
  if (to === from + 1 && to < STATES.length - 1) {
    const [left, right] = [centre(from) + WIDE / 2, centre(to) - WIDE / 2];
    return (
      <g className="edge">
        <path d={`M${left} ${MIDDLE} H${right}`} markerEnd="url(#arrow)" />
        <Words words={words} x={(left + right) / 2} y={MIDDLE - 12} />
      </g>
    );
  }
  const up = to > from;
  const edge = up ? MIDDLE - HIGH / 2 : MIDDLE + HIGH / 2;
  const [x1, x2] = up
    ? [centre(from) + 14, centre(to) - 44 + from * 16]
    : [centre(from) - 14, centre(to) + 14 + from * 8];
  const height = (up ? -1 : 1) * (36 + far * 34);
  const y = edge + height;
  return (
    <g className="edge">
      <path d={`M${x1} ${edge} C${x1} ${y} ${x2} ${y} ${x2} ${edge}`} markerEnd="url(#arrow)" />
      <Words words={words} x={up ? x1 + 8 : (x1 + x2) / 2} y={up ? edge - 14 : edge + height * 0.75 + 16} start={up} />
    </g>
  );
}

function Words({ words, x, y, start = false }: { words: string[]; x: number; y: number; start?: boolean }): ReactNode {
  return (
    <text x={x} y={y - (start ? 18 * (words.length - 1) : 0)} className={start ? 'words start' : 'words'}>
      {words.map((word, i) => (
        <tspan key={word} x={x} dy={i === 0 ? 0 : 18}>
          {word}
        </tspan>
      ))}
    </text>
  );
}
