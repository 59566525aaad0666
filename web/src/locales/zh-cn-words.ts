import type { enWords } from './en-words.ts'

/** Simplified Chinese, of what is done with words: begun, passed on, deleted. */
export const zhCnWords: Readonly<Record<keyof typeof enWords, string>> = {
  'home.draft': '草稿：',

  'menu.forward': '转发',
  'forward.title': '转发给',
  'forward.who': '名字',
  'forward.none': '可以发送的人中没有叫这个名字的',
  'forward.lead': '对方会看到这是转发的，但看不到原作者是谁。',

  'delete.title': '删除此消息？',
  'delete.lead': '此消息会从你的所有设备上删除。{name} 仍保留自己的那份，你之前做的备份中也还有。',
  'delete.do': '仅为我删除',
  'delete.recall': '为双方撤回'
}
