/** What single keys do, in Chinese. */
export const keysZh = {
  title: '快捷键',
  move: '在告警列表中移动',
  open: '打开选中的告警',
  close: '关闭详情或对话框',
  acknowledge: '确认打开的告警',
  falseAlarm: '把打开的告警判为误报',
  makeCase: '由打开的告警立案',
  cases: '在案件列表中移动',
  search: '在案件列表中搜索',
  tick: '选中打开的案件，供批量办理',
  assign: '派遣打开的案件',
  step: '打开的案件：到下一步的按钮',
  pairs: '打开的案件：到疑似重复',
  report: '在派遣页登记案件',
  help: '显示快捷键',
};
