import { readAlert } from '../../alerts/read-alerts.ts';
import type { DrawnArea } from '../../cameras/area-outline.ts';
import { selectByArea } from '../../cameras/select-by-area.ts';
import type { Account } from '../../contract/account.ts';
import { AreaCameras, AreaQuestion, type MapArea } from '../../contract/camera-area.ts';
import { notVisible } from '../../contract/refusal.ts';
import type { ServerContext } from '../context.ts';
import { type Route, route } from '../route.ts';

export const CAMERA_AREA_ROUTES: Route[] = [
  route({
    method: 'POST',
    path: '/api/camera-area',
    recorded: false,
    who: 'cameras.read',
    summary: 'The cameras in a part of the map, those that look at it first, then the nearest; changes nothing.',
    body: AreaQuestion,
    answer: AreaCameras,
    run: async ({ context, account, body: { area, limit } }) =>
      selectByArea(context.store.db, account, await drawn(context, account, area), limit),
  }),
];

/** Around an alert is a circle, for those who may see the alert. */
async function drawn({ store }: ServerContext, account: Account, area: MapArea): Promise<DrawnArea> {
  if (area.shape !== 'around-alert') return area;
  const alert = await readAlert(store.db, account, area.alertId);
  if (alert === null) throw notVisible('alert', area.alertId);
  return { shape: 'circle', centre: alert.lngLat, radiusM: area.radiusM };
}
