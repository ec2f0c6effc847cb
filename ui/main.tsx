import '@fontsource-variable/noto-sans-sc';
import { createRoot } from 'react-dom/client';
import { config } from 'zod';
import './design/tokens.css';
import './design/page.css';
import './design/control.css';
import './design/panel.css';
import { openRoom } from './design/room.ts';
import { openScale } from './design/scale.ts';
import { findSession } from './live/session.ts';
import { Pages } from './pages.tsx';
import { openWords } from './words/words.ts';

config({ jitless: true });
openWords();
openScale();
openRoom();
void findSession();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element "root"');
createRoot(root).render(<Pages />);
