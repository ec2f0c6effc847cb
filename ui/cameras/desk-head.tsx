import { type ReactNode, useEffect } from 'react';
import type { Camera } from '#engine/contract/camera.ts';
import { follow, poolAddress } from '../addresses.ts';
import { Glyph } from '../design/glyph.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { viewName } from '../live/camera-sight.ts';
import { useWords } from '../words/words.ts';
import { type DraftView, hindranceOf } from './draft.ts';
import type { Drafting } from './use-draft.ts';

export type Tool = 'zones' | 'ground';
const TOOLS: readonly Tool[] = ['zones', 'ground'];

interface DeskHeadProps {
  camera: Camera;
  drafting: Drafting;
  view: DraftView;
  tool: Tool;
  editable: boolean;
  mayChange: boolean;
  onView: (id: string) => void;
  onTool: (tool: Tool) => void;
  onUndo: (() => void) | null;
}

/** Which camera, view and tool it is, and what becomes of the draft. */
export function DeskHead(props: DeskHeadProps): ReactNode {
  const { camera, drafting, view, tool, editable, mayChange, onUndo } = props;
  const { t } = useWords();
  const hindrance = hindranceOf(drafting.draft, camera);
  useEffect(() => {
    const onPress = (press: KeyboardEvent) => {
      const typing = press.target instanceof HTMLElement && /^(INPUT|TEXTAREA)$/.test(press.target.tagName);
      if (typing || press.key.toLowerCase() !== 'z' || press.shiftKey || !(press.ctrlKey || press.metaKey)) return;
      press.preventDefault();
      onUndo?.();
    };
    addEventListener('keydown', onPress);
    return () => removeEventListener('keydown', onPress);
  }, [onUndo]);
  return (
    <header className="desk-head surface">
      <a className="button plain" href={poolAddress(camera.id)} onClick={follow}>
        <Glyph name="back" /> {t('calibration.back')}
      </a>
      <h2>{camera.name}</h2>
      {camera.views.length > 1 && (
        <Choice
          label={t('calibration.views')}
          options={camera.views.map(({ id }) => [id, viewName(camera, id, t('camera.defaultView'))] as const)}
          chosen={view.id}
          onChoose={props.onView}
        />
      )}
      <Choice
        label={t('calibration.tools')}
        options={TOOLS.map((one) => [one, t(`calibration.${one}Tool`)] as const)}
        chosen={tool}
        onChoose={(one) => props.onTool(one as Tool)}
      />
      {editable && (
        <div className="tools">
          <span className="quiet-line" role="status" data-testid="draft-state">
            {drafting.isChanged
              ? t('calibration.unsaved')
              : drafting.savedAs !== null && t('calibration.saved', { revision: drafting.savedAs })}
          </span>
          <button type="button" className="button" disabled={!onUndo} onClick={() => onUndo?.()}>
            {t('calibration.undo')}
          </button>
          <button type="button" className="button" disabled={!drafting.isChanged} onClick={drafting.discard}>
            {t('calibration.discard')}
          </button>
          <button
            type="button"
            className="button primary"
            data-testid="save-drawings"
            disabled={!drafting.isChanged || drafting.busy || drafting.conflict || hindrance !== null}
            onClick={drafting.save}
          >
            {t('calibration.save')}
          </button>
        </div>
      )}
      {!editable && <p className="quiet-line">{t(mayChange ? 'calibration.phone' : 'calibration.readOnly')}</p>}
      {drafting.isChanged && hindrance === 'unfinished' && (
        <p className="quiet-line whole" role="status">
          {t('calibration.unfinished')}
        </p>
      )}
      {drafting.conflict && (
        <p className="problem whole" role="alert" data-testid="conflict">
          {t('calibration.conflict', { revision: camera.revision, mine: drafting.base.revision })}
        </p>
      )}
      {drafting.problem && drafting.isChanged && (
        <div className="whole">
          <ProblemNote problem={drafting.problem} kept />
        </div>
      )}
    </header>
  );
}

interface ChoiceProps {
  label: string;
  options: readonly (readonly [id: string, name: string])[];
  chosen: string;
  onChoose: (id: string) => void;
}

function Choice({ label, options, chosen, onChoose }: ChoiceProps): ReactNode {
  return (
    <div className="tabs" role="radiogroup" aria-label={label}>
      {options.map(([id, name]) => (
        // biome-ignore lint/a11y/useSemanticElements: looks like the other tabs, which are buttons
        <button key={id} type="button" role="radio" aria-checked={id === chosen} onClick={() => onChoose(id)}>
          {name}
        </button>
      ))}
    </div>
  );
}
