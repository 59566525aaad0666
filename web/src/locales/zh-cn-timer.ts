import type { enTimer } from './en-timer.ts'

/** Simplified Chinese, of messages that stay for a while. */
export const zhCnTimer: Readonly<Record<keyof typeof enTimer, string>> = {
  'chat.notice.timer-by-us': '你已将消息设为 {time}后消失。',
  'chat.notice.timer-by-us.off': '你关闭了限时消息。',
  'chat.notice.timer-by-them': '{name} 已将消息设为 {time}后消失。',
  'chat.notice.timer-by-them.off': '{name} 关闭了限时消息。',
  'timer.title': '限时消息',
  'timer.off': '关闭',
  'timer.hint':
    '此后双方所写的消息，在发送方发出后、在接收方读过后，经过这段时间即被删除。{name} 的应用会被要求照做，双方都可以更改。对方本人仍可能留下副本。',
  'timer.head': '消息在 {time}后消失',
  'timer.left': '{time}后消失',
  'timer.default': '新聊天中的消息消失时间',
  'timer.default.hint': '当你在无人设置过的聊天中写下第一条消息时生效。已有聊天不受影响。'
}
