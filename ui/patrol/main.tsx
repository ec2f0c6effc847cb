import '@fontsource-variable/noto-sans-sc';
import { createRoot } from 'react-dom/client';
import { config } from 'zod';
import '../design/tokens.css';
import '../design/page.css';
import '../design/control.css';
import '../design/panel.css';
import './patrol.css';
import { openRoom } from '../design/room.ts';
import { openScale } from '../design/scale.ts';
import { findSession } from '../live/session.ts';
import { openWords } from '../words/words.ts';
import { openInstalling } from './installing.ts';
import { PatrolPage } from './patrol-page.tsx';

config({ jitless: true });
openWords();
openScale();
openRoom();
openInstalling();
void findSession();

const root = document.getElementById('root');
if (!root) throw new Error('patrol.html has no element "root"');
createRoot(root).render(<PatrolPage />);
