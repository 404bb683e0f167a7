import { SPECIMEN } from '@causeway/journey'

import { type OfficeSettings } from './house.ts'

/** The office: a city that does not exist. Name, code word and document settings are code until an office has its own. */
export const DEMO_OFFICE: OfficeSettings = {
  id: '370699', name: '岚海市委台港澳工作办公室', nameEn: 'Lanhai City Office for Taiwan, Hong Kong and Macao Affairs', word: '岚港澳出', documents: SPECIMEN,
}

export const DEMO_PASSWORD = 'Causeway-2024'

export interface DemoAccount { readonly login: string; readonly name: string; readonly roles: readonly string[]; readonly unit?: number; readonly says: string }

/** One account a duty, so that no pair of duties meets in one person. Fictitious people. */
export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { login: 'admin', name: '系统管理员 程序', roles: ['sysadmin'], says: '系统管理员' },
  { login: 'security', name: '安全管理员 安澜', roles: ['secadmin'], says: '安全管理员' },
  { login: 'auditor', name: '审计员 申明', roles: ['auditor'], says: '审计员' },
  { login: 'clerk', name: '专办员 于晓舟', roles: ['clerk'], unit: 0, says: '商务局 专办员' },
  { login: 'signatory', name: '签批人 方致远', roles: ['signatory'], unit: 0, says: '商务局 签批人' },
  { login: 'clerk2', name: '专办员 梁渡', roles: ['clerk'], unit: 1, says: '文旅局 专办员' },
  { login: 'signatory2', name: '签批人 江阔', roles: ['signatory'], unit: 1, says: '文旅局 签批人' },
  { login: 'receiver', name: '受理岗 林接', roles: ['receiver'], says: '受理岗' },
  { login: 'reviewer', name: '审核岗 沈严', roles: ['reviewer'], says: '审核岗' },
  { login: 'approver', name: '审批人 周正', roles: ['approver'], says: '审批人' },
  { login: 'documents', name: '公文岗 文静', roles: ['documents'], says: '公文岗' },
  { login: 'enroller', name: '采集岗 安心', roles: ['enroller'], says: '采集岗' },
  { login: 'keeper', name: '空白保管A 石守', roles: ['keeper'], says: '空白保管A' },
  { login: 'keeper2', name: '空白保管B 金库', roles: ['keeper'], says: '空白保管B' },
  { login: 'producer', name: '制证岗 印山', roles: ['producer'], says: '制证岗' },
  { login: 'inspector', name: '质检岗 明鉴', roles: ['inspector'], says: '质检岗' },
  { login: 'counter', name: '发证岗 付诚', roles: ['counter'], says: '发证收证岗A' },
  { login: 'counter2', name: '收证岗 归安', roles: ['counter'], says: '发证收证岗B' },
  { login: 'verifier', name: '验签员 辨真', roles: ['verifier'], says: '外单位 验签员' },
  { login: 'accountant', name: '财务岗 钱清', roles: ['accountant'], says: '财务岗' },
  { login: 'statistician', name: '统计岗 数清', roles: ['statistician'], says: '统计岗' },
]

export const DEMO_UNITS = [
  { name: '岚海市商务局', shortName: '市商务局', usci: '11370699MB28000176', type: '行政机关' },
  { name: '岚海市文化和旅游局', shortName: '市文旅局', usci: '11370699MB28000251', type: '行政机关' },
] as const
