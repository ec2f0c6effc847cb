import { type ReactNode, useState } from 'react';
import { hasRules } from '#engine/contract/camera.ts';
import {
  algorithmsAddress,
  appraisalAddress,
  auditAddress,
  cameraOfPath,
  dispatchAddress,
  follow,
  liveAddress,
  officersAddress,
  poolAddress,
  useAddress,
  wallAddress,
} from '../addresses.ts';
import { Glyph } from '../design/glyph.tsx';
import { isWatching } from '../live/camera-sight.ts';
import { useNowMs } from '../live/clock.ts';
import { signOut } from '../live/session.ts';
import { useCity, useConnection, useDesk } from '../live/use-live.ts';
import markUrl from '../mark.svg';
import { LanguageButton } from '../words/language-button.tsx';
import { sayClock, sayDate } from '../words/say.ts';
import { useWords } from '../words/words.ts';
import { Announcer } from './announcer.tsx';
import { ConnectionState } from './connection-state.tsx';
import './header.css';
import { KeysDialog } from './keys-dialog.tsx';
import { NoticeBell } from './notice-bell.tsx';
import { QuietPlacesDialog } from './quiet-places-dialog.tsx';
import { SizeDialog } from './size-dialog.tsx';
import { toggleSound, useSoundOn } from './sound.ts';
import { useKeys } from './use-keys.ts';

type Shown = 'quiet' | 'size' | 'keys' | null;

/** The line above every page: where we are, whether it is true now, what time it is, and who sits here. */
export function Header(): ReactNode {
  const { t, language } = useWords();
  const { site, account } = useDesk();
  const { path } = useAddress();
  const [shown, setShown] = useState<Shown>(null);
  const [menu, setMenu] = useState(false);
  const soundOn = useSoundOn();
  const hide = () => setShown(null);
  const show = (what: Shown) => () => {
    setMenu(false);
    setShown(what);
  };
  useKeys({ '?': show('keys') });
  const page =
    cameraOfPath(path) !== null
      ? poolAddress()
      : path.startsWith(auditAddress())
        ? appraisalAddress()
        : path.startsWith('/proof')
          ? algorithmsAddress()
          : path;
  const mayAppraise = account.roles.some((role) => role !== 'model-admin');
  const here =
    [dispatchAddress(), officersAddress(), liveAddress(), poolAddress(), algorithmsAddress(), appraisalAddress()].find(
      (one) => page.startsWith(one),
    ) ?? wallAddress();
  const current = (page: string) => (page === here ? 'page' : undefined);
  return (
    <header className={menu ? 'header menu-open' : 'header'}>
      <img className="brand" src={markUrl} alt="" />
      <h1>{site.name[language]}</h1>
      <nav aria-label={t('nav.label')}>
        <a href={wallAddress()} aria-current={current(wallAddress())} onClick={follow}>
          {t('nav.wall')}
        </a>
        <a href={dispatchAddress()} aria-current={current(dispatchAddress())} onClick={follow}>
          {t('nav.dispatch')}
        </a>
        <a href={officersAddress()} aria-current={current(officersAddress())} onClick={follow}>
          {t('nav.officers')}
        </a>
        <a href={liveAddress()} aria-current={current(liveAddress())} onClick={follow}>
          {t('nav.live')}
        </a>
        <a href={poolAddress()} aria-current={current(poolAddress())} onClick={follow}>
          {t('nav.pool')}
        </a>
        <a href={algorithmsAddress()} aria-current={current(algorithmsAddress())} onClick={follow}>
          {t('nav.algorithms')}
        </a>
        {mayAppraise && (
          <a href={appraisalAddress()} aria-current={current(appraisalAddress())} onClick={follow}>
            {t('nav.appraisal')}
          </a>
        )}
      </nav>
      <div className="facts">
        <Coverage />
        <ConnectionState />
      </div>
      <Clock />
      <NoticeBell />
      <button
        type="button"
        className="button plain icon menu-button"
        aria-label={t('header.menu')}
        aria-expanded={menu}
        onClick={() => setMenu(!menu)}
      >
        <Glyph name="menu" />
      </button>
      <div className="tools">
        <button
          type="button"
          className="button plain tool"
          aria-pressed={soundOn}
          title={t('header.soundHint')}
          onClick={toggleSound}
        >
          <Glyph name={soundOn ? 'sound' : 'silence'} />
          <span>{soundOn ? t('header.soundOn') : t('header.soundOff')}</span>
        </button>
        <button type="button" className="button plain tool" title={t('header.quietPlaces')} onClick={show('quiet')}>
          <Glyph name="quiet" />
          <span>{t('header.quietPlaces')}</span>
        </button>
        <button type="button" className="button plain tool" title={t('header.size')} onClick={show('size')}>
          <Glyph name="size" />
          <span>{t('header.size')}</span>
        </button>
        <button type="button" className="button plain tool" title={`${t('header.keys')} (?)`} onClick={show('keys')}>
          <Glyph name="keys" />
          <span>{t('header.keys')}</span>
        </button>
        <LanguageButton />
        <p className="person" title={account.roles.map((role) => t(`role.${role}`)).join(', ')}>
          {account.displayName}
        </p>
        <button type="button" className="button plain tool" title={t('header.signOut')} onClick={() => void signOut()}>
          <Glyph name="out" />
          <span>{t('header.signOut')}</span>
        </button>
      </div>
      {shown === 'quiet' && <QuietPlacesDialog onClose={hide} />}
      {shown === 'size' && <SizeDialog onClose={hide} />}
      {shown === 'keys' && <KeysDialog onClose={hide} />}
      <Announcer />
    </header>
  );
}

function Coverage(): ReactNode {
  const { t } = useWords();
  const { cameras } = useCity();
  const { phase } = useConnection();
  let [online, analysed] = [0, 0];
  for (const camera of cameras.values()) {
    // One without rules is held for an alert or a case that is open at it.
    if (!hasRules(camera) || camera.disabled) continue;
    analysed += 1;
    if (isWatching(camera)) online += 1;
  }
  const known = phase !== 'loading';
  return (
    <p className="coverage" title={t('header.coverageHint')} data-testid="coverage">
      {t('header.coverage')}{' '}
      <b>
        {known ? online : t('unknown')} / {known ? analysed : t('unknown')}
      </b>
    </p>
  );
}

function Clock(): ReactNode {
  const { language } = useWords();
  const { site } = useDesk();
  const nowMs = useNowMs();
  return (
    <p className="clock">
      <span>{sayDate(nowMs, site.timeZone, language)}</span>
      <time dateTime={new Date(nowMs).toISOString()}>{sayClock(nowMs, site.timeZone)}</time>
    </p>
  );
}
