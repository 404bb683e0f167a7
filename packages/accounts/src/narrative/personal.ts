import { type Passage } from './passage.ts'
import { type Said, type TextRelation, at } from './tell.ts'

const SURNAMES = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟申欧耿关兰焦俞左柳甘祝包宁尚符舒阮纪梅童凌毕单裴霍涂成苗谷曲盛冉翁蓝路游辛靳管柴蒙鲍华喻祁房滕屈饶解牟艾尤时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫柏苟闵苗丛'
const POSTS = '(?:书记|主任|副主任|局长|副局长|处长|副处长|科长|副科长|市长|县长|区长|省长|主席|会长|院长|校长|园长|所长|站长|部长|参赞|领事|代表|经理|董事长|总裁|秘书长)'
const FOLLOW = '(?:一行|率|带队|带|同志|先生|女士|等|到|来|赴|出席|参加|主持|，|。|、|；|）|$)'
const LABELS = '(?:联系人|经办人|审核人|负责人|填报人|填表人|制表人|分管领导|姓名|财务负责人|法定代表人|法人代表)'

const PLACES: readonly (readonly [string, RegExp, string])[] = [
  ['电话', /(?<!\d)1[3-9]\d{9}(?!\d)/g, 'phone'],
  ['电话', /(?<![\d.])0\d{2,3}[-—－)）]?\d{7,8}(?!\d)/g, 'phone'],
  ['电话', /(?:电话|联系方式|传真|热线)(?:号码)?[：:]?(\d{7,8})(?!\d)/g, 'phone'],
  ['账号', /(?:账号|帐号|账户|帐户|卡号)[：:]?(\d{12,21})(?!\d)/g, 'bank account'],
  ['姓名', new RegExp(`${POSTS}([${SURNAMES}][\\u4e00-\\u9fff]{1,2}?)(?=${FOLLOW})`, 'g'), 'name'],
  ['姓名', new RegExp(`${LABELS}(?:（签[字章]）)?[：:]([${SURNAMES}][\\u4e00-\\u9fff]{1,2})(?![\\u4e00-\\u9fff])`, 'g'), 'name'],
  ['姓名', new RegExp(`(?<=[，。；、与和由])([${SURNAMES}][\\u4e00-\\u9fff]{1,2})(?:同志|先生|女士)`, 'g'), 'name'],
]

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
/** A resident identity number by its check character. @source GB 11643-1999 */
export const isIdentity = (s: string): boolean => '10X98765432'[WEIGHTS.reduce((sum, w, i) => sum + w * Number(s[i]), 0) % 11] === s.at(-1)?.toUpperCase()

const NOT_NAMES = /^(?:办公|会议|高度|关于|任职|任期|任务|管理|方面|安全|万元|成员|成立|文件|时间|项目|包括|单位|连续|景区|费用|党组|党委|简介|应|古|安排|解决|和|任|成)/

function read(p: Passage, said: Said, phoneCell: boolean): void {
  const text = p.plain.text
  if (text.length < 3 || p.cell && text.length < 40 && !/\d{7}|人[：（]|姓名|同志|先生|女士|联系/.test(text) || !/\d{7}|[长任记席表理事裁]|人[：（]|姓名|同志|先生|女士/.test(text)) return
  const push = (from: number, to: number, zh: string, en: string): void => {
    said.findings.push(at(p, 'plain', from, to, { relation: 'personal-data', severity: 'info', class: 'personal-data', published: `${text.slice(from, from + 1)}…`, zh: `含个人信息（${zh}）：公开前请确认是否必要。`, en: `Personal data (${en}): make sure that it has to be published.` }))
  }
  for (const [zh, find, en] of PLACES) for (const m of text.matchAll(find)) {
    const word = m[1] ?? m[0]
    if (zh === '姓名' && NOT_NAMES.test(word)) continue
    const from = m.index + m[0].lastIndexOf(word)
    push(from, from + word.length, zh, en)
  }
  for (const m of text.matchAll(/(?<![\dA-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])/g)) if (isIdentity(m[0])) push(m.index, m.index + 18, '身份证号', 'identity number')
  if (phoneCell && /^\d{7,12}$/.test(text)) push(0, text.length, '电话', 'phone')
}

export const PERSONAL_RELATION: TextRelation = {
  id: 'personal-data', formula: { zh: '电话、身份证号、银行账号、姓名', en: 'phone, identity and account numbers, names' }, tolerance: '–', severity: 'info', source: 'accounts.md 7, 49',
  run: (t, said) => {
    t.passages.forEach((p, i) => {
      said.tried++
      const before = t.passages[i - 1]
      read(p, said, p.kind === 'cell' && before?.cell?.row === p.cell?.row && /电话|传真|联系方式/.test(before?.plain.text ?? ''))
    })
  },
}
