import type { LngLat } from '#config/camera.ts';
import type { Counties } from './counties.ts';

const ROADS = ['东风', '湖滨', '三八', '天衢', '长河', '新华', '解放', '人民', '迎宾', '康宁'];
const ROAD_KINDS = ['大道', '中路', '东路', '西路', '街'];
const SPOTS = ['路口', '公园门口', '小学西侧', '市场北门', '广场', '桥南'];
const DEPARTMENTS = ['测试数据·公安', '测试数据·城管', '测试数据·政法', '测试数据·卫健'];

/** A made-up camera of a made-up register. */
interface RegisteredForTests {
  id: string;
  gbId: string;
  name: string;
  department: string;
  address: string;
  lngLat: LngLat;
}

/**
 * A register for tests, the same for the same `random`: cameras in clumps, as towns are, within the city's counties. Every
 * department says that it is test data.
 */
export function registryForTests(count: number, counties: Counties, random: () => number): RegisteredForTests[] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const towns = Array.from({ length: 135 }, () => within(counties, random));
  return Array.from({ length: count }, (_, i) => {
    const town = pick(towns);
    const reach = 0.02 * random();
    const near: LngLat = [
      Number((town[0] + (random() - 0.5) * reach).toFixed(6)),
      Number((town[1] + (random() - 0.5) * reach).toFixed(6)),
    ];
    const lngLat = counties.of(near) ? near : town;
    const road = pick(ROADS) + pick(ROAD_KINDS);
    const serial = String(i + 1).padStart(6, '0');
    return {
      id: `test-${serial}`,
      gbId: `${counties.of(lngLat)?.code ?? '371400'}00081320${serial}`,
      name: `${road}与${pick(ROADS)}${pick(ROAD_KINDS)}${pick(SPOTS)}-${1 + (i % 9)}`,
      department: pick(DEPARTMENTS),
      address: `${road}${1 + Math.floor(random() * 900)}号`,
      lngLat,
    };
  });
}

/** The same as CSV, with the headings that an export writes. */
export function registryCsv(rows: readonly RegisteredForTests[]): string {
  const lines = rows.map(
    ({ id, gbId, name, department, address, lngLat }, i) =>
      `${id},${name},${gbId},${department},${address},${lngLat[0]},${lngLat[1]},${i % 16 === 0 ? '是' : ''},rtsp://10.0.0.1/${id}`,
  );
  return ['编号,名称,国标编码,所属部门,地址,经度,纬度,巡检点位,主码流地址', ...lines].join('\n');
}

function within(counties: Counties, random: () => number): LngLat {
  const all = counties.geojson.features.flatMap(({ geometry }) =>
    geometry.type === 'Polygon' ? geometry.coordinates.flat() : geometry.coordinates.flat(2),
  );
  const [lngs, lats] = [all.map(([lng]) => lng!), all.map(([, lat]) => lat!)];
  const least: LngLat = [lngs.reduce((a, b) => Math.min(a, b)), lats.reduce((a, b) => Math.min(a, b))];
  const most: LngLat = [lngs.reduce((a, b) => Math.max(a, b)), lats.reduce((a, b) => Math.max(a, b))];
  for (;;) {
    const place: LngLat = [
      Number((least[0] + random() * (most[0] - least[0])).toFixed(6)),
      Number((least[1] + random() * (most[1] - least[1])).toFixed(6)),
    ];
    if (counties.of(place)) return place;
  }
}
