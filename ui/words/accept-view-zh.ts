/** How a view is accepted, in Chinese. */
export const acceptViewZh = {
  open: '确认为新视角…',
  title: '确认新视角 · {{camera}}',
  which: '这是哪个视角',
  zones: '已画区域：{{names}}',
  noZones: '此视角没有画区域',
  what: '确认后，摄像头现在的画面就是这个视角，区域保持不变，规则随即恢复。',
  check: '请核对画面上的区域。区域若已对不上，不要确认：须在新视角上重新绘制。',
  submit: '确认，区域不变',
} as const;
