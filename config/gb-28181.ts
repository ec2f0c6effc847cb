/** A code's name in both languages. */
export interface CodeName {
  zh: string;
  en: string;
}

/**
 * Names of the parts of a device id, after GB/T 28181—2016, annex D (编码规则). Written down without the standard's text at
 * hand: compare with it before relying on a name. Industries from 12 on differ between editions and have none here.
 */
export const GB_INDUSTRIES: Readonly<Record<string, CodeName>> = {
  '00': { zh: '社会治安路面接入', en: 'Public security, streets' },
  '01': { zh: '社会治安社区接入', en: 'Public security, neighbourhoods' },
  '02': { zh: '社会治安内部接入', en: 'Public security, internal' },
  '03': { zh: '社会治安其他接入', en: 'Public security, other' },
  '04': { zh: '交通路面接入', en: 'Traffic, streets' },
  '05': { zh: '交通卡口接入', en: 'Traffic, checkpoints' },
  '06': { zh: '交通内部接入', en: 'Traffic, internal' },
  '07': { zh: '交通其他接入', en: 'Traffic, other' },
  '08': { zh: '城市管理接入', en: 'City management' },
  '09': { zh: '卫生环保接入', en: 'Health and environment' },
  '10': { zh: '商检海关接入', en: 'Inspection and customs' },
  '11': { zh: '教育部门接入', en: 'Education' },
};

export const GB_TYPES: Readonly<Record<string, CodeName>> = {
  '111': { zh: 'DVR', en: 'DVR' },
  '112': { zh: '视频服务器', en: 'Video server' },
  '113': { zh: '编码器', en: 'Encoder' },
  '114': { zh: '解码器', en: 'Decoder' },
  '115': { zh: '视频切换矩阵', en: 'Video matrix' },
  '116': { zh: '音频切换矩阵', en: 'Audio matrix' },
  '117': { zh: '报警控制器', en: 'Alarm controller' },
  '118': { zh: '网络视频录像机 (NVR)', en: 'NVR' },
  '131': { zh: '摄像机', en: 'Camera' },
  '132': { zh: '网络摄像机 (IPC)', en: 'Network camera (IPC)' },
  '133': { zh: '显示器', en: 'Display' },
  '134': { zh: '报警输入设备', en: 'Alarm input' },
  '135': { zh: '报警输出设备', en: 'Alarm output' },
  '136': { zh: '语音输入设备', en: 'Voice input' },
  '137': { zh: '语音输出设备', en: 'Voice output' },
  '200': { zh: '中心信令控制服务器', en: 'Signalling server' },
  '215': { zh: '业务分组', en: 'Business group' },
  '216': { zh: '虚拟组织', en: 'Virtual organisation' },
};

/** The types whose pictures can be looked at. */
export const GB_CAMERA_TYPES: ReadonlySet<string> = new Set(['131', '132']);

export const GB_NETWORKS: Readonly<Record<string, CodeName>> = {
  '0': { zh: '监控报警专网', en: 'Surveillance network' },
  '1': { zh: '监控报警专网', en: 'Surveillance network' },
  '2': { zh: '监控报警专网', en: 'Surveillance network' },
  '3': { zh: '监控报警专网', en: 'Surveillance network' },
  '4': { zh: '监控报警专网', en: 'Surveillance network' },
  '5': { zh: '公安信息网', en: 'Police network' },
  '6': { zh: '政务网', en: 'Government network' },
  '7': { zh: 'Internet 网', en: 'Internet' },
  '8': { zh: '社会资源接入网', en: 'Access network of private resources' },
};
