import { type Words } from '../language.tsx'

const t = (zh: string, en: string) => ({ zh, en })

export const SIGNER = {
  title: t('签发服务器', 'The signer'), lead: t('证件安全签发服务器的密钥、证书、计数与仪式。此处只看不办：仪式由保管人在签发服务器上举行。', 'Keys, certificates, counters and ceremonies of the document security server. Nothing is done from here: custodians hold ceremonies at the signer itself.'),
  state: t('状况', 'How it is'), ready: t('可以签发', 'ready'), notReady: t('不能签发', 'not signing'), trying: t('仅供试用', 'for trying out'), file: t('加密密钥文件', 'encrypted key file'), token: t('PKCS#11 令牌', 'PKCS#11 token'),
  keyStore: t('密钥存放', 'Key store'), activation: t('启用', 'Activation'), activated: t('已启用', 'activated'), closed: t('未启用', 'not activated'), documents: t('已签证件', 'Documents signed'), custodians: t('保管人', 'Custodians'), needs: t('须 {m} 人', 'takes {m}'), nobody: t('尚未设立', 'not set up'),
  anchor: t('最近锚点', 'Last anchor'), ago: t('{n} 分钟前', '{n} minutes ago'), none: t('无', 'none'), asked: t('查询时间', 'Asked at'), demonstration: t('演示', 'demonstration'),
  due: t('待办', 'What is due'), nothingDue: t('没有待办事项。', 'Nothing is due.'), urgency: t('缓急', 'Urgency'), what: t('事项', 'What'), command: t('命令', 'Command'),
  keys: t('密钥', 'Keys'), key: t('密钥编号', 'Key'), use: t('用途', 'Use'), type: t('类型', 'Type'), keyState: t('状态', 'State'), until: t('使用期至', 'Use until'), uses: t('已用 / 限额', 'Uses / quota'), quota: t('密钥 {key} 的用量', 'use of key {key}'),
  certificates: t('证书', 'Certificates'), serial: t('序列号', 'Serial'), subject: t('主体', 'Subject'), issuer: t('签发者', 'Issuer'),
  ceremonies: t('最近的仪式', 'Last ceremonies'), ceremony: t('仪式', 'Ceremony'), at: t('时间', 'At'), people: t('确认人', 'Confirmed by'), journal: t('日志行', 'Journal line'), minutes: t('记录（PDF）', 'Minutes (PDF)'), minutesOf: t('仪式 {id} 的记录', 'minutes of ceremony {id}'),
  how: t('怎样举行仪式', 'How a ceremony is held'), howLead: t('保管人到签发服务器所在的机器前，以其系统用户登录，各自输入口令。网页与业务服务器都不经手口令。', 'Custodians come to the machine of the signer, as its user, and each types a passphrase. No web page and no server ever hears it.'),
  activate: t('启动后启用密钥', 'Activate the keys after a start'), create: t('生成密钥', 'Make a key'), request: t('申请证书', 'Ask for a certificate'), bring: t('导入证书', 'Import the certificate'), credential: t('导入印章、条码证书', 'Certificates of seals and bar codes'), backup: t('导出备份', 'Export a backup'), retire: t('停用密钥', 'Retire a key'), add: t('增加保管人', 'Add a custodian'), replace: t('更换保管人', 'Replace a custodian'), apart: t('各在一处时分步办理', 'Step by step, from different desks'),
} as const

export const SIGNER_TERMS: Words = {
  document: t('签发证件', 'documents'), anchor: t('日志锚点', 'anchors'), seal: t('印章', 'seals'), 'bar-code': t('条码', 'bar codes'), endorsement: t('签注签名', 'endorsements'), 'endorsement-mac': t('签注校验码', 'endorsement MAC'), 'master-list': t('主列表', 'master lists'), 'deviation-list': t('偏离列表', 'deviation lists'),
  waiting: t('待证书', 'waits for a certificate'), active: t('在用', 'in use'), replaced: t('已接替', 'replaced'), retired: t('已停用', 'retired'),
  open: t('待确认', 'waits'), expired: t('逾时', 'expired'), done: t('已完成', 'done'), failed: t('未完成', 'not done'), urgent: t('紧急', 'urgent'), soon: t('近期', 'soon'), note: t('须知', 'to know'),
}

/** How each ceremony is held: its name and its command. */
export const COMMANDS = [
  ['activate', 'causeway signer ceremony activate --minutes FILE.pdf'], ['create', 'causeway signer ceremony create-key --use document --type P-256'], ['request', 'causeway signer request --out request.json'],
  ['bring', 'causeway signer ceremony import-certificate --answer answer.json'], ['credential', 'causeway signer request --use seal --out request.json; ceremony import-credential --use seal --answer answer.json'], ['backup', 'causeway signer ceremony export-backup --out backup.json'], ['retire', 'causeway signer ceremony retire-key --key ID --reason WORDS'],
  ['add', 'causeway signer ceremony add-custodian --name NAME'], ['replace', 'causeway signer ceremony replace-custodian --replaces NAME --name NAME'], ['apart', 'causeway signer open KIND …; confirm ID --custodian NAME; carry-out ID; minutes ID --out FILE.pdf'],
] as const satisfies readonly (readonly [keyof typeof SIGNER, string])[]
