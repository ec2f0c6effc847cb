import { type ReactNode, useEffect } from 'react';
import { z } from 'zod';
import { type Case, type CaseClock, CaseSource } from '#engine/contract/case.ts';
import { dispatchAddress, follow, wallAddress } from '../addresses.ts';
import { FactList } from '../design/fact-list.tsx';
import { Glyph } from '../design/glyph.tsx';
import { ProblemNote } from '../design/problem-note.tsx';
import { SeverityMark } from '../design/severity-mark.tsx';
import { lastingMs } from '../live/alert-order.ts';
import { post } from '../live/ask.ts';
import type { Found } from '../live/city-source.ts';
import { useAlert, useCasePresence, useCity, useDesk, useKnownMs, useShownPresence } from '../live/use-live.ts';
import { CurrentPicture } from '../pictures/current-picture.tsx';
import { EvidencePicture } from '../pictures/evidence.tsx';
import { sayDuration, sayLngLat, sayMoment } from '../words/say.ts';
import { sayRule } from '../words/say-rule.ts';
import { useWords } from '../words/words.ts';
import { CaseChecks } from './case-check.tsx';
import { CaseFieldWork } from './case-field.tsx';
import { CaseHistory } from './case-history.tsx';
import { CasePairs } from './case-pairs.tsx';
import { stepsOf } from './case-steps.ts';
import { useClassName } from './class-name.ts';
import { CaseLamp } from './lamp.tsx';
import { NextStepForm } from './next-step-form.tsx';

const SOURCES = CaseSource.options;

/** One case: how far it is, what the camera says, its alerts, what to do next, and all that was done. */
export function CasePanel({ found }: { found: Found<Case> }): ReactNode {
  const { t } = useWords();
  const { entity: one, problem } = found;
  const id = one?.id;
  useEffect(() => {
    // Whoever looks at a case is in the audit log. That it could not be told keeps nobody from looking.
    if (id !== undefined) post(z.undefined(), `/api/cases/${id}/views`, {}).catch(() => undefined);
  }, [id]);
  return (
    <section className="case-panel panel surface" data-testid="case-panel" aria-label={t('dispatch.label')}>
      {one ? (
        <CaseDetail one={one} />
      ) : (
        <div className="waiting">{problem ? <ProblemNote problem={problem} /> : <p>{t('loading')}</p>}</div>
      )}
    </section>
  );
}

function CaseDetail({ one }: { one: Case }): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const { clock, late, outcome } = one;
  const nameOf = useClassName();
  const list = new Intl.ListFormat(language);
  const sources = SOURCES.flatMap((source) => {
    const count = one.sources[source];
    return count ? [t('caseLoop.sourceCount', { source: t(`caseLoop.source.${source}`), count })] : [];
  });
  const facts = [
    ...(clock
      ? ([[t(`dispatch.stage.${clock.stage}`), <CaseClockFact key="clock" one={one} clock={clock} />]] as const)
      : []),
    ...(late.length > 0
      ? ([[t('dispatch.lamp.red'), list.format(late.map((stage) => t(`dispatch.stage.${stage}`)))]] as const)
      : []),
    ...(outcome ? ([[t('dispatch.closed'), t(`dispatch.outcome.${outcome}`)]] as const) : []),
    [t('dispatch.unit'), one.unitName ?? t('dispatch.noUnit')],
    ...(one.assisting.length > 0
      ? ([[t('caseLoop.assisting'), list.format(one.assisting.map(({ name }) => name))]] as const)
      : []),
    ...(one.appeal ? ([[t('caseLoop.appeal'), t(`caseLoop.appealState.${one.appeal}`)]] as const) : []),
    [t('caseLoop.sources'), list.format(sources)],
    [t('dispatch.code'), `${one.codeset} ${one.code}`],
    [t('panel.county'), one.county?.name ?? t('panel.noCounty')],
    [t('dispatch.place'), sayLngLat(one.lngLat)],
  ] as const;
  return (
    <>
      <header className="panel-head">
        <a className="button plain icon to-list" href={dispatchAddress()} aria-label={t('close')} onClick={follow}>
          <Glyph name="back" />
        </a>
        <SeverityMark severity={one.severity} hollow={one.state !== 'opened'} />
        <div className="what">
          <h2>
            {nameOf(one)} <span className="quiet-line">{one.id}</span>
          </h2>
          <p>
            {one.cameraName}
            <span className="quiet-line">
              {' · '}
              {t('dispatch.openedAt', { at: sayMoment(one.openedAt, site.timeZone) })}
              {one.closedAt && ` · ${t('dispatch.closedAt', { at: sayMoment(one.closedAt, site.timeZone) })}`}
            </span>
          </p>
        </div>
      </header>
      <Steps one={one} />
      <div className="scroll">
        <div className="seen-column">
          <CaseChecks one={one} />
          {one.alertIds.length > 0 && <CameraSays one={one} />}
          <CaseFieldWork one={one} />
          {one.alertIds.length > 0 && <h3>{t('dispatch.alerts')}</h3>}
          <ul className="case-alerts">
            {one.alertIds.map((id) => (
              <CaseAlert key={id} id={id} />
            ))}
          </ul>
        </div>
        <div className="done-column">
          <FactList facts={facts} />
          <NextStepForm key={`${one.state} ${one.suspended}`} one={one} />
          <CasePairs one={one} />
          <CaseHistory entries={one.entries} />
        </div>
      </div>
    </>
  );
}

function CaseClockFact({ one, clock }: { one: Case; clock: CaseClock }): ReactNode {
  const { t } = useWords();
  const { amount, unit } = clock.limit;
  return (
    <>
      <CaseLamp one={one} />{' '}
      <span className="quiet-line">{t('dispatch.limitOf', { amount, unit: t(`dispatch.timeUnit.${unit}`) })}</span>
    </>
  );
}

function Steps({ one }: { one: Case }): ReactNode {
  const { t } = useWords();
  const { site } = useDesk();
  const steps = stepsOf(one);
  const at = steps.indexOf(one.state);
  return (
    <ol className="steps" aria-label={t('dispatch.steps')}>
      {steps.map((step, i) => {
        const entry = one.entries.findLast(({ kind }) => kind === step || (step === 'opened' && kind === 'registered'));
        const reached = i <= at;
        return (
          <li
            key={step}
            className={i === at ? 'now' : reached ? 'past' : 'ahead'}
            aria-current={i === at ? 'step' : undefined}
          >
            <span className="name">{t(`dispatch.step.${step}`)}</span>
            <time>{reached && entry ? sayMoment(entry.at, site.timeZone) : t('unknown')}</time>
          </li>
        );
      })}
    </ol>
  );
}

function CameraSays({ one }: { one: Case }): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const { cameras, alerts } = useCity();
  const first = useAlert(one.alertIds[0] ?? null).entity;
  const knownMs = useKnownMs(first);
  const presence = useCasePresence(one);
  const stillSeen = one.presence === 'standing';
  const camera = first ? (cameras.get(first.cameraId) ?? null) : null;
  const endedAtMs = Math.max(
    0,
    ...one.alertIds.map((id) => Date.parse(alerts.get(id)?.endedAt ?? first?.endedAt ?? '') || 0),
  );
  return (
    <section className="camera-says" aria-labelledby="camera-says-title">
      <h3 id="camera-says-title">{t('dispatch.cameraSays')}</h3>
      <p className={stillSeen ? 'verdict still' : 'verdict'} role="status" data-testid="case-presence">
        <Glyph name={stillSeen ? 'eye' : 'gone'} />
        <strong>
          {stillSeen ? t(presence === 'unwatched' ? 'dispatch.seenBefore' : 'dispatch.stillSeen') : t('dispatch.gone')}
        </strong>
        {stillSeen && first && (
          <span>{t('list.lasting', { span: sayDuration(lastingMs(first, knownMs), language) })}</span>
        )}
        {!stillSeen && endedAtMs > 0 && (
          <span>{t('dispatch.goneSince', { at: sayMoment(endedAtMs, site.timeZone) })}</span>
        )}
      </p>
      <CurrentPicture camera={camera} />
    </section>
  );
}

function CaseAlert({ id }: { id: string }): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const { entity: alert, problem } = useAlert(id);
  const knownMs = useKnownMs(alert);
  const presence = useShownPresence(alert?.presence ?? 'ended', alert);
  if (problem) return <ProblemNote problem={problem} />;
  if (!alert) return <li className="quiet-line">{t('loading')}</li>;
  const evidence = alert.evidence.find(({ moment }) => moment === 'onset') ?? alert.evidence[0];
  return (
    <li>
      {evidence ? (
        <EvidencePicture evidence={evidence} severity={alert.severity} small />
      ) : (
        <p className="no-picture">{t('panel.noEvidence')}</p>
      )}
      <div>
        <p>
          <strong>{sayRule(alert)}</strong> <span className="chip">{t(`state.${presence}`)}</span>
        </p>
        <p className="quiet-line">{alert.cameraName}</p>
        <p className="quiet-line">
          {sayMoment(alert.startedAt, site.timeZone)} · {sayDuration(lastingMs(alert, knownMs), language)}
        </p>
        <a href={wallAddress(alert.id)} onClick={follow}>
          {t('dispatch.onMap')}
        </a>
      </div>
    </li>
  );
}
