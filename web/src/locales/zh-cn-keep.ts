/** Simplified Chinese, of what keeps an account: backups, and other devices. */
import type { enKeep } from './en-keep.ts'

export const zhCnKeep: Readonly<Record<keyof typeof enKeep, string>> = {
  'settings.backup': '备份',
  'settings.backup.lead': '一个包含全部内容的文件，并证明可以恢复',

  'backup.lead':
    '浏览器可能会清除页面保存的内容。备份是一个加密文件，包含你的身份、联系人和消息。生成后会在沙盒中恢复并比对。',
  'backup.never': '还没有备份。如果此浏览器丢失数据，一切都会丢失。',
  'backup.last': '最近一次证明可恢复：{when}，{messages}，{contacts}，{size}。',
  'backup.messages_one': '{count} 条消息',
  'backup.messages_other': '{count} 条消息',
  'backup.contacts_one': '{count} 位联系人',
  'backup.contacts_other': '{count} 位联系人',
  'backup.make': '生成备份',
  'backup.writing': '正在写入… {count}',
  'backup.proving': '正在验证… {count}',
  'backup.done': '已验证。请把文件保存在此浏览器数据之外的地方。',
  'backup.save': '保存文件',
  'backup.phrase.title': '你的恢复短语',
  'backup.phrase.lead': '只有它能打开你的备份。请写在纸上；没有人能再给你一次。',
  'backup.phrase.check': '输入它的最后五个字符',
  'backup.phrase.check.hint': '以确认你已记下。',
  'backup.phrase.wrong': '这不是它的最后五个字符。',
  'backup.phrase.keep': '我已记下',
  'backup.phrase.begin': '获取恢复短语',
  'backup.phrase.show': '显示恢复短语',

  'restore.title': '恢复备份',
  'restore.lead': '此浏览器将成为你账户的一台新设备。',
  'restore.file': '备份文件',
  'restore.phrase': '文件的恢复短语或口令',
  'restore.lost': '生成备份的设备已丢失',
  'restore.lost.hint': '联系人将不再向它发送内容。如果仍在使用它，请保持关闭。',
  'restore.going': '正在恢复…',

  'join.title': '关联此设备',
  'join.lead': '在你的另一台设备上选择“设置”“设备”“关联另一台设备”，或输入：sealpost devices link',
  'join.code': '它显示的代码',
  'join.scan': '扫描',
  'join.scan.lead': '你的另一台设备显示的代码。',
  'join.name': '如何称呼此设备',
  'join.name.default': '浏览器',
  'join.going': '正在询问你的另一台设备…',
  'join.compare': '另一台设备会询问是否允许此设备加入。它必须显示这些数字：',
  'join.stop': '停止',

  'linking.start': '关联另一台设备',
  'linking.lead':
    '另一台设备将成为你的设备之一，与此设备地位相同，并获得你的历史记录。在那里打开 Sealpost，选择“关联此设备”，然后扫描或粘贴代码。',
  'linking.making': '正在生成代码…',
  'linking.qr': '供另一台设备使用的代码',
  'linking.code': '代码',
  'linking.copy': '复制代码',
  'linking.ask': '{name} 请求加入。仅当它显示这些数字时才允许：',
  'linking.unnamed': '一台设备',
  'linking.yes': '数字一致',
  'linking.no': '拒绝',
  'linking.joined': '{name} 现在是你的设备之一。历史记录正在发送给它。',
  'linking.stop': '停止',
  'transfer.sending': '发送给 {name} 的历史记录：{all} 条消息中已完成 {done} 条',
  'transfer.receiving': '来自 {name} 的历史记录：{all} 条消息中已完成 {done} 条'
}
