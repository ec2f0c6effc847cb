import type { CameraConfig } from '#config/camera.ts';
import type { ColumnKey, FileColumn } from '../contract/camera-import.ts';

interface Column {
  key: FileColumn;
  /** The heading that an export writes, and others that are understood. */
  heading: string;
  also: readonly string[];
  /** What a register says of a camera, as its file writes it; '' when nothing. Addresses are never written. */
  cell(config: CameraConfig): string;
}

const said = (value: string | number | undefined): string => (value === undefined ? '' : String(value));

/** One line for each column of a register. */
export const COLUMNS: readonly Column[] = [
  { key: 'id', heading: '编号', also: ['摄像机编号', '摄像头编号', '设备编号'], cell: ({ id }) => id },
  {
    key: 'name',
    heading: '名称',
    also: ['摄像机名称', '摄像头名称', '设备名称', '点位名称'],
    cell: ({ name }) => name,
  },
  { key: 'gbId', heading: '国标编码', also: ['国标编号', '国标id', 'deviceid'], cell: ({ gbId }) => said(gbId) },
  { key: 'department', heading: '所属部门', also: ['部门', '归属', '建设单位'], cell: ({ department }) => department },
  { key: 'address', heading: '地址', also: ['安装地址', '详细地址'], cell: ({ address }) => said(address) },
  {
    key: 'divisionCode',
    heading: '行政区划代码',
    also: ['行政区划', '区划代码', 'civilcode'],
    cell: ({ divisionCode }) => said(divisionCode),
  },
  { key: 'lng', heading: '经度', also: ['longitude', 'lon', 'x'], cell: ({ lngLat }) => said(lngLat[0]) },
  { key: 'lat', heading: '纬度', also: ['latitude', 'y'], cell: ({ lngLat }) => said(lngLat[1]) },
  { key: 'headingDeg', heading: '朝向（度）', also: ['朝向', '方位角'], cell: ({ headingDeg }) => said(headingDeg) },
  { key: 'fovDeg', heading: '视场角（度）', also: ['视场角'], cell: ({ fovDeg }) => said(fovDeg) },
  { key: 'rangeM', heading: '可视距离（米）', also: ['可视距离'], cell: ({ rangeM }) => said(rangeM) },
  {
    key: 'mountHeightM',
    heading: '安装高度（米）',
    also: ['安装高度'],
    cell: ({ mountHeightM }) => said(mountHeightM),
  },
  {
    key: 'resolution',
    heading: '分辨率',
    also: [],
    cell: ({ resolution }) => (resolution ? `${resolution.widthPx}x${resolution.heightPx}` : ''),
  },
  { key: 'tags', heading: '标签', also: ['标签组'], cell: ({ tags }) => (tags ?? []).join(';') },
  { key: 'inspection', heading: '巡检点位', also: ['巡检点'], cell: ({ inspection }) => (inspection ? '是' : '') },
  { key: 'source', heading: '主码流地址', also: ['视频地址', '流地址', 'url'], cell: () => '' },
  { key: 'subSource', heading: '子码流地址', also: ['辅码流地址'], cell: () => '' },
];

/** What holds addresses: read, never written. Only a device that is asked tells where it is turned. */
export const SECRET: ReadonlySet<ColumnKey> = new Set(['source', 'subSource', 'onvif']);

export const CELL = new Map<ColumnKey, Column['cell']>(COLUMNS.map(({ key, cell }) => [key, cell]));

const plain = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[\s_（）()]/g, '');
const KEY_OF = new Map(
  COLUMNS.flatMap(({ key, heading, also }) => [key, heading, ...also].map((name) => [plain(name), key] as const)),
);

/** Which column a heading is taken for; null: none of a register's. */
export function columnOf(heading: string): FileColumn | null {
  return KEY_OF.get(plain(heading)) ?? null;
}
