import { type ReactNode, useState } from 'react';
import { SEVERITIES } from '../live/alert-order.ts';
import { useNewAlerts } from '../live/use-live.ts';
import { sayRule } from '../words/say-rule.ts';
import { useWords } from '../words/words.ts';
import { sound } from './sound.ts';

const MOST_TOLD = 3;

/** Tells new alerts to those who listen, politely, and sounds the tone of the gravest. */
export function Announcer(): ReactNode {
  const { t } = useWords();
  const [told, setTold] = useState('');
  useNewAlerts((alerts) => {
    const sayings = alerts.slice(0, MOST_TOLD).map((alert) => {
      const said = t('list.announce', { rule: sayRule(alert), camera: alert.cameraName });
      return alert.county ? `${said}, ${alert.county.name}` : said;
    });
    const rest = alerts.length - sayings.length;
    setTold(rest > 0 ? `${sayings.join('; ')}; +${rest}` : sayings.join('; '));
    const gravest = SEVERITIES.find((severity) => alerts.some((alert) => alert.severity === severity));
    if (gravest) sound(gravest);
  });
  return (
    <p className="only-heard" role="status" aria-live="polite" aria-atomic="true">
      {told}
    </p>
  );
}
