import type { enStars } from './en-stars.ts'

/** Simplified Chinese, of messages with a star. */
export const zhCnStars: Readonly<Record<keyof typeof enStars, string>> = {
  'star.add': '加星标',
  'star.remove': '取消星标',
  'star.sign': '已加星标',
  'star.sentence': '{sentence}，已加星标',
  'stars.title': '星标消息',
  'stars.title.with': '与 {name} 的星标消息',
  'stars.lead': '你标记下来以便再次查找的消息',
  'stars.chat.lead': '此聊天中你标记下来以便再次查找的消息',
  'stars.empty.title': '没有星标消息',
  'stars.empty.lead':
    '在消息的菜单中选择“加星标”，就能在这里找到它，在你的所有设备上都是如此。其他人不会知道。',
  'stars.failed': '无法读取：{reason}',
  'stars.more': '显示更早的',
  'stars.to': '你发给 {name}',
  'keys.star': '为菜单获得焦点的消息加星标，或取消星标'
}
