export default {
  app: { name: '12345 政务服务便民热线', },
  shell: {
    signOut: '退出登录',
    live: '实时',
    asOf: '数据截至 {time}',
    reconnecting: '连接中断，正在重连…',
    sessionLost: '登录已失效，请重新登录；未提交的内容已保存在本机。',
    language: 'English',
    alarms: '告警',
    noAlarms: '没有告警',
    forbidden: '您的岗位没有此页的权限。',
    notFound: '没有这个页面。',
    back: '返回',
    skip: '跳到正文',
    nav: '主导航',
  },
  login: {
    name: '账号 / 工号',
    password: '密码',
    enter: '登 录',
    hint: '演示环境的账号和密码：启动时已写在终端里，也在 var/<实例名>/endpoints.json 中。',
    missing: '请填写账号和密码。',
  },
  password: {
    title: '修改我的密码', present: '现在的密码', wanted: '新密码', again: '再输一次', short: '至少 {n} 个字符。', differs: '两次输入不一致。', wrong: '现在的密码不对。', done: '密码已修改', hint: '其他设备上的登录会立即失效；本窗口不受影响。',
  },
  common: {
    ok: '确定', cancel: '取消', save: '保存', close: '关闭', search: '查询', more: '更多', none: '无', yes: '是', no: '否',
    seconds: '{n} 秒', loading: '加载中…', empty: '暂无数据', all: '全部',
  },
  presence: { signed_out: '签出', available: '示闲', paused: '小休' },
  activity: { idle: '空闲', ringing: '振铃', talking: '通话', wrap_up: '话后' },
}
