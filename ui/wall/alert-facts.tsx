import type { ReactNode } from 'react';
import type { Alert } from '#engine/contract/alert.ts';
import { follow, useAddress } from '../addresses.ts';
import { FactList } from '../design/fact-list.tsx';
import { lastingMs } from '../live/alert-order.ts';
import { useDesk, useIsPast, useKnownMs } from '../live/use-live.ts';
import { withMapAddress } from '../map/map-address.ts';
import { sayDuration, sayLngLat, sayMoment, saySetting } from '../words/say.ts';
import { sayRule } from '../words/say-rule.ts';
import { useWords } from '../words/words.ts';
import { useZoneName } from './zone-name.ts';

const NEARBY_M = 300;

/** What is known of the alert, fact by fact. */
export function AlertFacts({ alert }: { alert: Alert }): ReactNode {
  const { t, language } = useWords();
  const { site } = useDesk();
  const knownMs = useKnownMs(alert);
  const past = useIsPast();
  const moment = (at: string) => sayMoment(at, site.timeZone);
  const zone = useZoneName(alert);
  const { search } = useAddress();
  const area = { shape: 'around-alert', alertId: alert.id, radiusM: NEARBY_M } as const;
  const facts: [string, ReactNode][] = [
    [t('panel.rule'), sayRule(alert)],
    [t('panel.zone'), zone],
    [t('panel.dwell'), saySetting(alert.dwellMs, language)],
    [t('panel.since'), moment(alert.startedAt)],
    [t('panel.raised'), moment(alert.raisedAt)],
    [t('panel.lastSeen'), past && alert.endedAt === null ? t('replay.notKept') : moment(alert.lastSeenAt)],
    [t('panel.lasting'), sayDuration(lastingMs(alert, knownMs), language)],
    ...(alert.endedAt === null ? [] : [[t('panel.ended'), moment(alert.endedAt)] as [string, ReactNode]]),
    [t('panel.confidence'), alert.confidence.toFixed(2)],
    [t('panel.classes'), [...new Set(alert.boxes.map((box) => box.class))].join(', ') || t('unknown')],
    [
      t('panel.model'),
      <span key="model" title={`sha256 ${alert.model.sha256}`}>
        {alert.model.name} {alert.model.version} <code>{alert.model.sha256.slice(0, 12)}</code>
      </span>,
    ],
    [t('panel.place'), `${sayLngLat(alert.lngLat)} ${t('panel.placeError', { metres: Math.ceil(alert.errorM) })}`],
    [
      t('area.nearby'),
      <a key="nearby" href={withMapAddress(search, { area })} data-testid="nearby" onClick={follow}>
        {t('area.nearbyWithin', { metres: area.radiusM })}
      </a>,
    ],
    [t('panel.county'), alert.county ? `${alert.county.name} ${alert.county.code}` : t('panel.noCounty')],
    [t('panel.id'), <code key="id">{alert.id}</code>],
  ];
  return <FactList facts={facts} />;
}
