import type { enLinking } from './en-linking.ts'

/** Simplified Chinese, of linking by a code that the new device shows. */
export const zhCnLinking: Readonly<Record<keyof typeof enLinking, string>> = {
  'join.show.lead': '此设备没有摄像头？在这里显示代码，再用另一台设备扫描。',
  'join.show': '显示代码',
  'join.show.title': '显示代码',
  'join.show.how':
    '在你账户中的设备上选择“设置”“设备”“扫描或粘贴它的代码”，或输入：`sealpost devices link 代码`',
  'join.show.relay': '两台设备会合的地方。你账户中的设备在“设置”“网络”中列出它的中继。',
  'join.show.qr': '供你账户中的设备读取的代码',
  'join.show.digits': '另一台设备会要求输入这些数字。请在那里输入：',
  'join.show.until': '代码十分钟内有效。它只供你自己的设备使用，不要给任何人看。',
  'join.account.title': '加入 {name} 的账户？',
  'join.account.lead':
    '只有当这是你自己的账户，并且你刚刚在另一台设备上输入了数字时，才选择“是”。此后在这里写的内容都以该账户的名义发出，它的所有设备都能看到。',
  'join.account.lead.read':
    '只有当这是你自己的账户，并且你刚刚在另一台设备上确认数字一致时，才选择“是”。此后在这里写的内容都以该账户的名义发出，它的所有设备都能看到。',
  'join.account.name': '名称不能证明什么：任何人都可以取这个名称，而这里没有别的方法可以辨认账户。',
  'join.account.yes': '是，这是我的账户',
  'join.account.no': '否，停止',
  'join.account.going': '正在加入…',
  'letin.start': '扫描或粘贴它的代码',
  'letin.lead': '在新设备上选择“关联此设备”“显示代码”，或输入：`sealpost init --show-code`',
  'letin.code': '新设备显示的代码',
  'letin.scan.lead': '你的新设备显示的代码。',
  'letin.looking': '正在寻找该设备…',
  'letin.title': '允许 {name} 进入你的账户？',
  'letin.can': '它将能做这台设备能做的一切：阅读你的消息，以你的名义发消息，允许或移除其他设备。',
  'letin.own':
    '只允许你自己手中的设备。任何群组、奖品或帮忙的人都不需要这样做：把代码发给你的人会得到你的整个账户。',
  'letin.digits': '新设备显示的六位数字',
  'letin.yes': '允许加入',
  'letin.wrong_other': '这不是它的数字。请核对，你还可以试 {count} 次。',
  'letin.wrong_one': '这不是它的数字。请核对，你还可以试一次。',
  'letin.going': '正在允许它加入…如果它问这是谁的账户，请在它的屏幕上回答。',
  'error.code-to-join': '此代码由账户中的设备显示，应由新设备读取。请在新设备上扫描或粘贴。',
  'error.code-to-let-in':
    '此代码由新设备显示，应由你账户中的设备在“设置”“设备”“扫描或粘贴它的代码”中读取。',
  'error.code-no-link':
    '这不是任何人的链接，而是让一台设备进入你账户的代码。如果是别人发给你的，对方想得到你的账户。',
  'error.not-joined': '你选择了“否”，此设备上没有创建任何内容。',
  'error.digits-wrong': '数字错了三次，该设备未获准加入。只允许你面前的设备加入。'
}
