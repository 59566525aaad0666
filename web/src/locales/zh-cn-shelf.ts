import type { enShelf } from './en-shelf.ts'

/** Simplified Chinese, of where a person keeps a conversation. */
export const zhCnShelf: Readonly<Record<keyof typeof enShelf, string>> = {
  'shelf.menu': '与 {name} 聊天的操作',
  'shelf.pin': '置顶',
  'shelf.unpin': '取消置顶',
  'shelf.mute': '静音…',
  'shelf.mute.hour': '静音 1 小时',
  'shelf.mute.8h': '静音 8 小时',
  'shelf.mute.week': '静音 1 周',
  'shelf.mute.always': '永久静音',
  'shelf.unmute': '取消静音',
  'shelf.archive': '归档',
  'shelf.unarchive': '取消归档',
  'shelf.unread': '标为未读',
  'shelf.read': '标为已读',
  'shelf.pinned': '已置顶',
  'shelf.muted': '已静音',
  'shelf.marked': '已标为未读',
  'shelf.title': '此聊天',
  'shelf.hint':
    '在你的所有设备上都是如此，其他人不会知道。有新消息时，已归档的聊天会重新出现，除非它已静音。',
  'clear.ask': '清空聊天…',
  'clear.title': '清空与 {name} 的聊天？',
  'clear.lead':
    '这里的所有消息会从你的所有设备上删除，计时变更等提示只从本设备删除。{name} 保留自己的那一份，也不会收到通知；已发出的消息仍会送达；新消息照常出现在这里。',
  'clear.do': '清空聊天',
  'remove.ask': '移除…',
  'remove.title': '移除 {name}？',
  'remove.lead': '该链接无效。它会连同你在这里写的内容一起从列表中移除。',
  'remove.do': '移除',
  'shelf.view': '显示哪些聊天',
  'shelf.view.all': '全部',
  'shelf.view.unread': '未读',
  'shelf.view.archived': '已归档',
  'shelf.none.unread': '你已读完所有消息。',
  'shelf.none.all': '所有聊天都已归档。',
  'shelf.none.archived': '没有已归档的聊天。'
}
