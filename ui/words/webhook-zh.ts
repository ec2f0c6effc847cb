/** Programs that are told each notice; in Chinese. */
export const webhookZh = {
  title: '通知其他系统',
  what: '派给单位和派遣席的每条提醒（派遣、撤回、退回、处置、消息、离开责任区等）以签名的 POST 发给这些地址，直到对方回 2xx；有人确认后不再发。',
  add: '添加地址',
  none: '没有要通知的系统',
  url: '地址（http 或 https）',
  urlWrong: '请填完整的地址，如 https://city.example/notices',
  make: '添加并生成密钥',
  secretOnce: '签名密钥只在此显示一次，请现在交给对方保存：',
  secretKnown: '已保存',
  addedBy: '{{by}} 于 {{at}} 添加',
  taken: '最近送达 {{at}}',
  noneTaken: '还没有送达过',
  waiting: '{{count}} 条待送',
  problem: '最近一次没有送达：{{problem}}',
  remove: '移除',
  removeSubmit: '确定移除，不再通知',
};
