/** Simplified Chinese, of the releases of this client. */
export const zhCnRelease = {
  'update.ready': '新版本已就绪。',
  'update.elsewhere': '另一个标签页运行的 Sealpost 版本与此处不同。',
  'update.stays': '重启只需片刻，正在写的内容会保留。',
  'update.unlock': '之后需要重新解锁。',
  'update.restart': '重启',
  'update.restarting': '正在重启…',
  'update.later': '稍后',
  'update.busy':
    '此处或其他标签页中还有未完成的事：填写中的表单，或正在发送的内容。请先完成，否则会丢失。',
  'update.anyway': '仍要重启',

  'release.title': '此处运行的程序',
  'release.looking': '正在查看…',
  'release.version': '版本',
  'release.signed': '签名密钥',
  'release.unsigned': '未签名',
  'release.unsigned.hint':
    '这是开发版本：任何人都可能制作它。主机下次提供什么版本，此浏览器就使用什么版本。',
  'release.fingerprint': '指纹',
  'release.fingerprint.copy': '复制指纹',
  'release.none':
    '此浏览器没有保存任何版本：每次打开页面，都直接运行 {host} 发来的内容，未经核对。隐私窗口会这样；尚未能取得全部文件，或发现某个文件不对时，也会这样。',
  'release.files': '每个文件在保存前都按此指纹核对过，每次使用时还会再核对。',

  'release.check': '检查新版本',
  'release.checking': '正在检查新版本…',
  'release.checked.never': '还没有向 {host} 询问过新版本。',
  'release.checked.same': '{when}检查：{host} 没有更新的版本。',
  'release.checked.staged': '{when}检查：已取得新版本，完整且已核对。',
  'release.checked.refused': '{when}检查：{host} 提供的内容被拒绝。',
  'release.checked.unreachable':
    '{when}检查：{host} 没有应答。Sealpost 继续使用此浏览器已有的版本。',
  'release.checked.full': '{when}检查：有新版本，但此浏览器没有足够空间。请腾出空间后再次检查。',
  'release.waiting': '版本 {version} 正在等待。重启后，或关闭所有标签页后启用。',

  'refused.title': '被拒绝的版本',
  'refused.unsigned': '{host} 提供了版本 {version}，但没有此浏览器认识的密钥签名，因此没有采用。',
  'refused.rollback':
    '{host} 提供了版本 {version}，它并不比你现有的版本新。旧版本可能有已知缺陷，因此没有采用。',
  'refused.file':
    '{host} 提供了版本 {version}，但其中的文件 {path} 缺失或与发布清单不符，因此没有采用。',
  'refused.malformed': '{host} 提供的内容不是 Sealpost 的发布清单，因此没有采用。',
  'refused.when': '最近一次：{when}。',
  'refused.advice':
    '你现有的版本是安全的。主机正在更新时，可能短暂出现这种情况。如果一直这样，请通过此页面以外的途径询问主机的运营者；其间你可以从其他主机或自己的设备使用 Sealpost。',

  'compare.title': '与他人核对',
  'compare.lead':
    '大家拿到的是同一个程序吗？在另一台设备上，最好换一个网络，运行下面的命令：它会取得 {host} 提供的全部文件并显示指纹，或者指出哪里不对：',
  'compare.copy': '复制命令',
  'compare.limit':
    '这并不是证明。负责核对版本的程序同样来自 {host}，恶意的主机可以替换它，也可以给你与别人不同的应答。你所信任的，是首次打开时运营该主机的人。若只想信任自己安装的程序，请在自己的设备上运行：sealpost web。',

  'limits.title': '对此页面的限制',
  'limits.lead': '主机在每次应答中告诉浏览器页面可以做什么，这样程序即使有缺陷，也做不了更多。',
  'limits.whole':
    '全部限制均已设置：只运行此主机的脚本，页面不能连接其他主机，与中继通信的部分不能使用未加密的连接，其他页面不能嵌入此页面。',
  'limits.some': '有些限制没有设置。请告知 {host} 的运营者：',
  'limits.again': '再次检查',
  'limits.unseen.page': '无法检查页面：主机没有应答。',
  'limits.unseen.worker': '无法检查与中继通信的部分：主机没有应答。',
  'limits.unseen.keeper': '无法检查保存版本的部分：主机没有应答。',
  'lacks.page-policy':
    '主机没有为页面设置策略。页面自身带有较弱的策略，只要页面本身没有被换掉就有效。',
  'lacks.page-scripts': '页面的策略允许来自别处的脚本。',
  'lacks.page-connections': '页面的策略允许它连接其他主机。',
  'lacks.page-types': '没有什么阻止页面把文本变成脚本（Trusted Types）。',
  'lacks.page-frames': '其他页面可以把此页面嵌入其中，诱使你点击看不见的内容（frame-ancestors）。',
  'lacks.page-opener': '打开此页面的页面仍能控制它（Cross-Origin-Opener-Policy）。',
  'lacks.page-resources': '其他页面可以载入此页面的部分内容（Cross-Origin-Resource-Policy）。',
  'lacks.page-integrity': '脚本不必符合规定的哈希值就可以运行（Integrity-Policy）。',
  'lacks.page-permissions': '页面可以请求它从不需要的权限，例如你的位置（Permissions-Policy）。',
  'lacks.page-referrer': '从此处打开的网站会知道你来自哪里（Referrer-Policy）。',
  'lacks.page-sniffing': '浏览器可能把文件当成别的类型（X-Content-Type-Options）。',
  'lacks.worker-policy': '持有密钥并与中继通信的部分没有策略：它完全不受限制，可以连接任何地址。',
  'lacks.worker-scripts': '持有密钥的部分可以运行来自别处的脚本。',
  'lacks.worker-connections': '持有密钥的部分可以连接未加密的地址。',
  'lacks.worker-types': '没有什么阻止持有密钥的部分把文本变成脚本（Trusted Types）。',
  'lacks.keeper-policy': '保存版本的部分没有策略：它可以连接任何地址。',
  'lacks.keeper-scripts': '保存版本的部分可以运行来自别处的脚本。',
  'lacks.keeper-connections': '保存版本的部分可以连接其他主机。'
} as const
