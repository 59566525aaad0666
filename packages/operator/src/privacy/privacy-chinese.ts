import {
  mebibytes,
  type PrivacyFacts,
  type PrivacyPage,
  type PrivacySection,
  spanOf
} from './privacy-facts.ts'

const UNITS = { hour: '小时', day: '天', week: '周' } as const

/** The page in Simplified Chinese. */
export function privacyChinese(facts: PrivacyFacts): PrivacyPage {
  const idle = span(facts.idleMs)
  return {
    title: '本中继的隐私说明',
    columns: ['内容', '形式', '保留多久'],
    sections: [
      {
        title: '由谁运行',
        paragraphs: [
          facts.operator === ''
            ? '运营者没有在这里留下名称。请询问给你中继地址的人。'
            : `${facts.operator}。本页没有回答的问题，请向其询问。`,
          ...(facts.policy === '' ? [] : [`规则：${facts.policy}`])
        ]
      },
      onDisk(facts),
      {
        title: '运行时知道、但从不写下的内容',
        paragraphs: [
          '对每个连接：网络地址、你的应用每次启动时新生成的密钥，以及通过它取哪些信箱。连接结束即消失。',
          '对每个地址段（IPv4 /24、IPv6 /64）：有多少连接、近期新建了多少信箱，以免有人耗尽中继。最迟在中继停止时消失。',
          ...(facts.servesWebClient
            ? ['它也提供网页客户端：能看到打开者的网络地址，不设置任何 Cookie。']
            : [])
        ]
      },
      {
        title: '日志里有什么',
        paragraphs: [
          `日志级别为 ${facts.logLevel}。无论哪个级别，日志只有计数、代码和固定词语：没有网络地址、信箱、密钥，也没有任何消息内容。日志保留多久取决于运营者的系统。`
        ]
      },
      {
        title: '它无法知道什么',
        paragraphs: [
          '你写了什么、你是谁、你的联系人是谁，以及哪些信箱属于同一个人（除了通过同一连接取过的）。它不要求注册账号，也不把任何内容交给任何人。',
          ...(facts.workBits === 0
            ? []
            : [
                `为防止滥用，它要求 ${String(facts.workBits)} 位的工作量证明；这不透露关于你的任何信息。`
              ])
        ]
      },
      {
        title: '你可以做什么',
        paragraphs: [
          '你的信箱的密钥只在你的应用里。凭这些密钥，应用可以取走为某个信箱保存的全部内容，也可以销毁该信箱及其中的一切。',
          '运营者无法按你的名字找到你的信箱，因为中继不知道你的名字。',
          `没有人取走或销毁的内容会自行到期，如上表所示：最迟在 ${idle}之后。`
        ]
      }
    ]
  }
}

function onDisk(facts: PrivacyFacts): PrivacySection {
  const idle = span(facts.idleMs)
  const lifetimes = facts.lifetimesMs.map(span).join('、')
  const size = mebibytes(facts.contactBytesMax)
  return {
    title: '磁盘上有什么',
    paragraphs: [
      '被清除的内容，会在相应文件下一次重写时从磁盘上消失。运营者所做的备份含有同样的内容，保留多久由运营者决定。'
    ],
    rows: [
      [
        '尚未取走的消息',
        `已封装：中继打不开，也不知道是谁写的；每个联系人最多 ${String(facts.contactEnvelopesMax)} 条、${size}`,
        `直到你的应用取走；最长为发送方应用所选的 ${lifetimes}，另加至多两天`
      ],
      ['某条消息曾经存在', '一个随机数，以免重复投递', '直到该消息本应到期'],
      [
        '信箱',
        '一个随机数、两个密钥的哈希、若干计数，以及最后使用的那一周；没有姓名、电话号码或地址',
        `直到你的应用销毁，或最后一次使用后 ${idle}`
      ],
      [
        '你给别人的链接',
        '一个随机数、两个密钥的哈希，以及供持有链接者使用的已封装或已签名的数据',
        `直到你的应用收回，或最后一次使用后 ${idle}`
      ],
      [
        '运营者封锁的对象',
        '信箱号码与节点密钥只存哈希；网络地址段按原样保存，因为必须拿来比对',
        '直到封锁到期；每项封锁都有期限'
      ],
      [
        '本中继的邀请（若凭邀请接纳新人）',
        '邀请及其使用者的哈希，不指向任何信箱',
        '直到邀请到期；每份邀请都有期限'
      ],
      ['运营者做过的更改', '团队中的谁、何时、做了什么；没有地址，没有信箱', '直到被更新的记录取代']
    ]
  }
}

function span(ms: number): string {
  const { count, unit } = spanOf(ms)
  return `${String(count)} ${UNITS[unit]}`
}
