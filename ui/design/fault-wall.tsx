import { Component, type ReactNode } from 'react';
import { asProblem } from '../live/ask.ts';
import { useWords } from '../words/words.ts';
import { ProblemNote } from './problem-note.tsx';

/** A part of the page that may break without taking the rest along: what went wrong is said in its place. */
export class FaultWall extends Component<{ children: ReactNode }, { thrown: unknown; broken: boolean }> {
  override state = { thrown: null as unknown, broken: false };

  static getDerivedStateFromError(thrown: unknown): { thrown: unknown; broken: boolean } {
    return { thrown, broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return <Broken thrown={this.state.thrown} />;
  }
}

function Broken({ thrown }: { thrown: unknown }): ReactNode {
  const { t } = useWords();
  return (
    <div className="fault-wall" data-testid="fault-wall">
      <ProblemNote problem={{ ...asProblem(thrown), got: String(thrown) }} />
      <button type="button" className="button" onClick={() => location.reload()}>
        {t('retry')}
      </button>
    </div>
  );
}
