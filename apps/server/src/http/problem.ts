import { READING_SENTENCES } from '@causeway/accounts'
import { type FormProblem, type Problem } from '@causeway/contract'
import { type Refusal } from '@causeway/kernel'

import { SENTENCES } from './sentence.ts'
import { statusOf } from './status.ts'
import { inWords } from './term.ts'

export type Language = 'zh' | 'en'

type Details = Readonly<Record<string, string | number | readonly string[]>>

/** An instant as a clerk reads it: minutes, in China. */
const chinaTime = (iso: string): string => new Date(new Date(iso).getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')

/** The sentence of a code in a language, its figures filled in. A code without a sentence is a fault of ours and shows as itself. */
export function sentenceOf(refusal: { readonly code: string; readonly at?: string; readonly rule?: string; readonly details?: Details }, language: Language): string {
  const special = refusal.code === 'claim-taken' ? SENTENCES[`claim-taken:${refusal.rule ?? ''}`] : undefined
  const sentence = (special ?? SENTENCES[refusal.code] ?? READING_SENTENCES[refusal.code])?.[language] ?? refusal.code
  const figures: Details = { at: refusal.at ?? '', rule: refusal.rule ?? '', ...refusal.details }
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = figures[name]
    const says = (v: unknown): string => inWords(name, String(v ?? ''), language)
    if (Array.isArray(value)) return value.map(says).join(language === 'zh' ? '、' : ', ')
    return name === 'at' && typeof value === 'string' && /^\d{4}-.*T/.test(value) ? chinaTime(value) : says(value)
  })
}

export function formProblemOf(p: { readonly code: string; readonly at: string; readonly severity: 'block' | 'warn'; readonly rule?: string; readonly details?: Details }, language: Language): FormProblem {
  return { code: p.code, at: p.at, severity: p.severity, says: sentenceOf(p, language), ...(p.rule === undefined ? {} : { rule: p.rule }), ...(p.details === undefined ? {} : { details: p.details }) }
}

/** A refusal with several findings of a form: what `form-has-problems` carries. */
export interface FormRefusal extends Refusal {
  readonly problems?: readonly Parameters<typeof formProblemOf>[0][]
}

/** The one place where a refusal becomes an answer. */
export function problemOf(refusal: FormRefusal, language: Language): Problem {
  return {
    code: refusal.code,
    status: statusOf(refusal.code),
    says: sentenceOf(refusal, language),
    ...(refusal.at === undefined ? {} : { at: refusal.at }),
    ...(refusal.rule === undefined ? {} : { rule: refusal.rule }),
    ...(refusal.details === undefined ? {} : { details: refusal.details }),
    ...(refusal.problems === undefined ? {} : { problems: refusal.problems.map((p) => formProblemOf(p, language)) }),
    ...(refusal.details?.['incident'] === undefined ? {} : { incident: String(refusal.details['incident']) }),
  }
}
