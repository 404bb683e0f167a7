/** The people and missions of the demonstration. Fictitious; names chosen for what they ask of the rules. */
export interface Traveller { readonly nameCn: string; readonly surname: string; readonly given: string; readonly sex: 'M' | 'F'; readonly birthDate: string; readonly birthPlace: string; readonly order: string; readonly post: string; readonly rank: string; readonly why: string }

export const TRAVELLERS: readonly Traveller[] = [
  { nameCn: '欧阳文舟', surname: 'OUYANG', given: 'WENZHOU', sex: 'M', birthDate: '1975-03-12', birthPlace: '山东', order: '101', post: '局长', rank: '处级', why: 'compound surname' },
  { nameCn: '吕绿', surname: 'LYU', given: 'LYU', sex: 'F', birthDate: '1986-11-02', birthPlace: '山东', order: '102', post: '科长', rank: '处级以下', why: 'ü' },
  { nameCn: '单建华', surname: 'SHAN', given: 'JIANHUA', sex: 'M', birthDate: '1979-07-23', birthPlace: '江苏', order: '103', post: '副局长', rank: '处级', why: 'surname with a reading of its own' },
  { nameCn: '王翀赟', surname: 'WANG', given: 'CHONGYUN', sex: 'M', birthDate: '1990-01-30', birthPlace: '山东', order: '105', post: '主任科员', rank: '处级以下', why: 'rare characters' },
  { nameCn: '阿不都热合曼·买买提吐尔逊·阿不都拉江', surname: 'ABUDUREHEMAN', given: 'MAIMAITITUERXUN ABUDULAJIANG', sex: 'M', birthDate: '1983-09-09', birthPlace: '新疆', order: '107', post: '副局长', rank: '处级', why: 'a name longer than the zone' },
]

export interface Plan {
  readonly unit: 0 | 1
  readonly name: string
  readonly task: string
  readonly travellers: readonly number[]
  readonly filed: string
  readonly publicity: readonly [string, string]
  readonly produced: string
  readonly handedOut: string
  readonly depart: string
  readonly back: string
  readonly places: readonly { readonly place: 'HKG' | 'MAC'; readonly arrive: string; readonly leave: string; readonly inviter: string }[]
}

/** Three missions in 2024: one to both places with the city's leaders, two to a trade week. */
export const PLANS: readonly Plan[] = [
  {
    unit: 0, name: '随市领导赴港澳经贸交流团', task: '随市领导赴香港、澳门开展经贸交流，拜会商会和企业', travellers: [0], filed: '2024-03-05T09:00:00+08:00', publicity: ['2024-02-26', '2024-03-01'],
    produced: '2024-03-20T09:00:00+08:00', handedOut: '2024-04-12T09:00:00+08:00', depart: '2024-04-16', back: '2024-04-21',
    places: [{ place: 'HKG', arrive: '2024-04-16', leave: '2024-04-19', inviter: '香港中华总商会（样本）' }, { place: 'MAC', arrive: '2024-04-19', leave: '2024-04-21', inviter: '澳门中华总商会（样本）' }],
  },
  {
    unit: 0, name: '香港贸易周参展团', task: '参加港澳山东周香港专场，洽谈合作项目', travellers: [1, 2], filed: '2024-04-23T09:00:00+08:00', publicity: ['2024-04-15', '2024-04-19'],
    produced: '2024-05-06T09:00:00+08:00', handedOut: '2024-05-17T09:00:00+08:00', depart: '2024-05-20', back: '2024-05-23',
    places: [{ place: 'HKG', arrive: '2024-05-20', leave: '2024-05-23', inviter: '香港贸易发展局（样本）' }],
  },
  {
    unit: 1, name: '澳门贸易周文旅推介团', task: '参加港澳山东周澳门专场，推介文旅项目', travellers: [3, 4], filed: '2024-05-24T09:00:00+08:00', publicity: ['2024-05-16', '2024-05-22'],
    produced: '2024-05-28T09:00:00+08:00', handedOut: '2024-06-18T09:00:00+08:00', depart: '2024-06-24', back: '2024-06-27',
    places: [{ place: 'MAC', arrive: '2024-06-24', leave: '2024-06-27', inviter: '澳门贸易投资促进局（样本）' }],
  },
]

/** The blank whose chip is given a write fault, and the traveller who comes back late. */
export const FAULTY_BLANK = 'SB000002'
export const LATE_TRAVELLER = 4
/** When the late permit is reminded, locked, and at last handed in. */
export const LATE = { reminded: '2024-07-07T10:00:00+08:00', locked: '2024-08-08T10:00:00+08:00', returned: '2024-08-12T10:00:00+08:00' } as const
