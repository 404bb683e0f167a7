import { type AttachmentAnswer, type Draft, type Examination, type MissionForm, type MissionPage, type PersonRow } from '@causeway/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'

import { ask, Refused } from '../ask.ts'
import { useTerm, useWords } from '../language.tsx'
import { useAct } from '../parts/act.tsx'
import { Choice, TextField, Tick } from '../parts/field.tsx'
import { useList, when } from '../parts/list.tsx'
import { NewPerson } from '../parts/new-person.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { useRouter } from '../router.tsx'
import { FRAME } from '../words/frame.ts'
import { WIZARD } from '../words/rooms.ts'
import { TERMS } from '../words/term.ts'

const EMPTY: MissionForm = { name: '', category: '01', purpose: '经贸洽谈', task: '', urgency: 'normal', isSecret: false, departDate: '', returnDate: '', places: [{ place: 'HKG', arrive: '', leave: '', inviter: '' }], members: [], itinerary: [], publicity: { from: '', to: '', medium: '单位公示栏' }, attachments: [], budgetYuan: '' }
const STEPS = ['basics', 'places', 'members', 'itinerary', 'papers', 'check'] as const
type Step = (typeof STEPS)[number]

/** Which step of the wizard holds a place of the form. */
const stepOf = (at: string): Step => (/^places|^returnDate$/.test(at) && at !== 'returnDate' ? 'places' : at.startsWith('members') ? 'members' : at.startsWith('itinerary') ? 'itinerary' : /^(attachments|publicity)/.test(at) ? 'papers' : 'basics')

interface Bench { readonly form: MissionForm; readonly set: (change: Partial<MissionForm>) => void; readonly trouble: (at: string) => string | undefined }
const replace = <T,>(list: readonly T[], i: number, change: Partial<T>): T[] => list.map((x, k) => (k === i ? { ...x, ...change } : x))
const without = <T,>(list: readonly T[], i: number): T[] => list.filter((_, k) => k !== i)

function Basics({ form, set, trouble }: Bench) {
  const w = useWords(WIZARD)
  return (
    <div className="grid">
      <TextField id="f-name" label={w.name} value={form.name} onChange={(name) => { set({ name }) }} trouble={trouble('name')} />
      <Choice id="f-category" label={w.category} value={form.category} onChange={(category) => { set({ category }) }} options={[['01', w.cat01], ['02', w.cat02], ['03', w.cat03]]} trouble={trouble('category')} />
      <TextField id="f-departDate" type="date" label={w.depart} value={form.departDate} onChange={(departDate) => { set({ departDate }) }} trouble={trouble('departDate')} />
      <TextField id="f-returnDate" type="date" label={w.back} value={form.returnDate} onChange={(returnDate) => { set({ returnDate }) }} trouble={trouble('returnDate')} />
      <Choice id="f-urgency" label={w.urgency} value={form.urgency} onChange={(u) => { set({ urgency: u as 'normal' }) }} options={[['normal', w.normal], ['urgent', w.urgent]]} />
      <TextField id="f-budgetYuan" label={w.budget} value={form.budgetYuan} onChange={(budgetYuan) => { set({ budgetYuan }) }} trouble={trouble('budgetYuan')} />
      <TextField id="f-task" lines={4} label={w.task} value={form.task} onChange={(task) => { set({ task }) }} trouble={trouble('task')} />
      <Tick id="f-isSecret" label={w.secret} checked={form.isSecret} onChange={(isSecret) => { set({ isSecret }) }} trouble={trouble('isSecret')} />
    </div>
  )
}

function Places({ form, set, trouble }: Bench) {
  const w = useWords(WIZARD)
  const term = useTerm(TERMS)
  const change = (i: number, c: object): void => { set({ places: replace(form.places, i, c) }) }
  return (
    <>
      {form.places.map((p, i) => (
        <fieldset key={i} className="grid"><legend>{w.place} {i + 1}</legend>
          <Choice id={`f-places.${i}.place`} label={w.place} value={p.place} onChange={(place) => { change(i, { place }) }} options={[['HKG', term('HKG')], ['MAC', term('MAC')]]} trouble={trouble(`places.${i}`) ?? trouble(`places.${i}.place`)} />
          <TextField id={`f-places.${i}.arrive`} type="date" label={w.arrive} value={p.arrive} onChange={(arrive) => { change(i, { arrive }) }} trouble={trouble(`places.${i}.arrive`)} /><TextField id={`f-places.${i}.leave`} type="date" label={w.leave} value={p.leave} onChange={(leave) => { change(i, { leave }) }} trouble={trouble(`places.${i}.leave`)} />
          <TextField id={`f-places.${i}.inviter`} label={w.inviter} value={p.inviter} onChange={(inviter) => { change(i, { inviter }) }} trouble={trouble(`places.${i}.inviter`)} />
          <p className="buttons"><button type="button" onClick={() => { set({ places: without(form.places, i) }) }}>{w.remove}</button></p>
        </fieldset>
      ))}
      <p className="buttons"><button type="button" id="f-places" onClick={() => { set({ places: [...form.places, { place: 'MAC', arrive: '', leave: '', inviter: '' }] }) }}>{w.addPlace}</button></p>
    </>
  )
}

function Members({ form, set, trouble }: Bench) {
  const w = useWords(WIZARD)
  const term = useTerm(TERMS)
  const persons = useList<PersonRow>('/api/persons')
  const [picked, setPicked] = useState('')
  const rows = persons.data?.rows ?? []
  const free = rows.filter((p) => !form.members.some((m) => m.personId === p.id))
  const add = (id: string, post: string): void => { if (id !== '') set({ members: [...form.members, { personId: id, role: form.members.length === 0 ? 'leader' : 'member', post, rank: '处级以下', costSource: '派出单位负担', permitNeed: 'new' }] }) }
  const change = (i: number, c: object): void => { set({ members: replace(form.members, i, c) }) }
  return (
    <>
      {form.members.map((m, i) => {
        const person = rows.find((p) => p.id === m.personId)
        return (
          <fieldset key={m.personId} className="grid"><legend>{person === undefined ? m.personId.slice(0, 8) : `${person.nameCn} ${person.surname} ${person.given}`}</legend>
            {trouble(`members.${i}`) !== undefined && <p className="bad" id={`f-members.${i}`} tabIndex={-1}>{trouble(`members.${i}`)}</p>}
            <Choice label={w.role} value={m.role} onChange={(role) => { change(i, { role }) }} options={[['leader', term('leader')], ['member', term('member')]]} /><TextField id={`f-members.${i}.post`} label={w.post} value={m.post} onChange={(post) => { change(i, { post }) }} trouble={trouble(`members.${i}.post`)} />
            <TextField label={w.rank} value={m.rank} onChange={(rank) => { change(i, { rank }) }} /><TextField label={w.cost} value={m.costSource} onChange={(costSource) => { change(i, { costSource }) }} /><Choice label={w.need} value={m.permitNeed} onChange={(permitNeed) => { change(i, { permitNeed }) }} options={[['new', term('new')], ['in-hand', term('in-hand')]]} />
            <p className="buttons"><button type="button" onClick={() => { set({ members: without(form.members, i) }) }}>{w.remove}</button></p>
          </fieldset>
        )
      })}
      <div className="grid"><Choice id="f-members" label={w.person} value={picked} onChange={setPicked} options={[['', '—'], ...free.map((p) => [p.id, `${p.nameCn} ${p.surname} ${p.given}`] as const)]} trouble={trouble('members')} />
        <p className="buttons"><button type="button" disabled={picked === ''} onClick={() => { add(picked, rows.find((p) => p.id === picked)?.post ?? ''); setPicked('') }}>{w.addMember}</button></p></div>
      <details><summary>{w.registerNew}</summary><NewPerson done={(id) => { add(id, '') }} /></details>
    </>
  )
}

function Itinerary({ form, set, trouble }: Bench) {
  const w = useWords(WIZARD)
  const term = useTerm(TERMS)
  const change = (i: number, c: object): void => { set({ itinerary: replace(form.itinerary, i, c) }) }
  return (
    <>
      {form.itinerary.map((x, i) => (
        <fieldset key={i} className="grid"><legend>{w.itinerary} {i + 1}</legend>
          <TextField id={`f-itinerary.${i}.date`} type="date" label={w.date} value={x.date} onChange={(date) => { change(i, { date }) }} trouble={trouble(`itinerary.${i}.date`)} /><Choice label={w.half} value={x.half} onChange={(half) => { change(i, { half }) }} options={[['am', w.am], ['pm', w.pm]]} />
          <Choice label={w.place} value={x.place} onChange={(place) => { change(i, { place }) }} options={[['HKG', term('HKG')], ['MAC', term('MAC')]]} /><TextField id={`f-itinerary.${i}.activity`} label={w.activity} value={x.activity} onChange={(activity) => { change(i, { activity }) }} trouble={trouble(`itinerary.${i}.activity`)} />
          <TextField label={w.counterpart} value={x.counterpart} onChange={(counterpart) => { change(i, { counterpart }) }} /><Tick label={w.official} checked={x.official} onChange={(official) => { change(i, { official }) }} />
          <p className="buttons"><button type="button" onClick={() => { set({ itinerary: without(form.itinerary, i) }) }}>{w.remove}</button></p>
        </fieldset>
      ))}
      {trouble('itinerary') !== undefined && <p className="bad">{trouble('itinerary')}</p>}
      <p className="buttons"><button type="button" id="f-itinerary" onClick={() => { set({ itinerary: [...form.itinerary, { date: form.departDate, half: 'am', place: form.places[0]?.place ?? 'HKG', activity: '', counterpart: '', official: true }] }) }}>{w.addItem}</button></p>
    </>
  )
}

function Papers({ form, set, trouble }: Bench) {
  const w = useWords(WIZARD)
  const f = useWords(FRAME)
  const term = useTerm(TERMS)
  const [kind, setKind] = useState('invitation')
  const input = useRef<HTMLInputElement>(null)
  const upload = useMutation({
    mutationFn: async (file: File) => { const body = new FormData(); body.set('file', file); return ask<AttachmentAnswer>('POST', `/api/attachments?kind=${kind}`, { form: body }) },
    onSuccess: (a) => { set({ attachments: [...form.attachments, { id: a.id, kind: a.kind as 'other', name: a.name, sha256: a.sha256, bytes: a.bytes }] }); if (input.current !== null) input.current.value = '' },
  })
  return (
    <>
      <div className="grid"><TextField id="f-publicity.from" type="date" label={w.publicityFrom} value={form.publicity.from} onChange={(from) => { set({ publicity: { ...form.publicity, from } }) }} trouble={trouble('publicity.from')} /><TextField id="f-publicity.to" type="date" label={w.publicityTo} value={form.publicity.to} onChange={(to) => { set({ publicity: { ...form.publicity, to } }) }} trouble={trouble('publicity.to')} /><TextField label={w.medium} value={form.publicity.medium} onChange={(medium) => { set({ publicity: { ...form.publicity, medium } }) }} /></div>
      <fieldset className="grid"><legend>{w.attach}</legend>
        <Choice label={w.kind} value={kind} onChange={setKind} options={['invitation', 'schedule', 'publicity', 'budget', 'roster', 'other'].map((k) => [k, term(k)] as const)} trouble={trouble('attachments')} />
        <div className="field"><label htmlFor="f-attachments">{w.file}</label><input id="f-attachments" ref={input} type="file" onChange={(e) => { const file = e.target.files?.[0]; if (file !== undefined) upload.mutate(file) }} /></div>
        {upload.isPending && <p aria-live="polite">{f.working}</p>}<Trouble error={upload.error} />
      </fieldset>
      <ul className="lines">{form.attachments.map((a, i) => <li key={a.id}>{term(a.kind)} · {a.name} <small>{w.hash} <code>{a.sha256.slice(0, 16)}</code></small> <button type="button" onClick={() => { set({ attachments: without(form.attachments, i) }) }}>{w.remove}</button></li>)}</ul>
    </>
  )
}

function Check({ examination, error, onPlace }: { readonly examination: Examination | undefined; readonly error: unknown; readonly onPlace: (at: string) => void }) {
  const w = useWords(WIZARD)
  return (
    <div aria-live="polite">
      <Trouble error={error} onPlace={onPlace} />
      {examination !== undefined && <p className="count">{w.daysAway.replace('{n}', String(examination.days))}</p>}
      {examination !== undefined && examination.problems.length === 0 && <p className="good">{w.clean}</p>}
      {examination !== undefined && examination.problems.length > 0 && (
        <section className="card"><h3>{w.problems}</h3><ul className="problems">{examination.problems.map((p) => <li key={p.at + p.code} className={p.severity}><b>{p.severity === 'block' ? w.block : w.warn}</b> {p.says} <button type="button" className="link" onClick={() => { onPlace(p.at) }}>{w.where}</button></li>)}</ul>{examination.mayBeFiled && <p className="good">{w.clean}</p>}</section>
      )}
    </div>
  )
}

type Saved = { readonly state: 'saving' } | { readonly state: 'saved'; readonly at: string } | { readonly state: 'lost' } | undefined

/** Keeps the draft on the server a moment after each change, and in this browser at once: a reload finds everything. */
function useDraft(draftId: string | undefined, form: MissionForm): Saved {
  const [saved, setSaved] = useState<Saved>()
  const first = useRef(true)
  useEffect(() => {
    if (draftId === undefined) return
    if (first.current) { first.current = false; return }
    sessionStorage.setItem(`draft-${draftId}`, JSON.stringify(form))
    setSaved({ state: 'saving' })
    const timer = setTimeout(() => {
      ask<{ savedAt: string }>('PUT', `/api/drafts/${draftId}`, { body: form }).then((a) => { setSaved({ state: 'saved', at: a.savedAt }) }, () => { setSaved({ state: 'lost' }) })
    }, 700)
    return () => { clearTimeout(timer) }
  }, [draftId, form])
  return saved
}

function FormPages({ start, draftId, missionId }: { readonly start: MissionForm; readonly draftId?: string; readonly missionId?: string }) {
  const w = useWords(WIZARD)
  const f = useWords(FRAME)
  const { go } = useRouter()
  const [form, setForm] = useState(start)
  const [step, setStep] = useState<Step>('basics')
  const heading = useRef<HTMLHeadingElement>(null)
  const saved = useDraft(draftId, form)
  const examine = useMutation({ mutationFn: async () => ask<Examination>('POST', '/api/missions/examine', { body: { form } }) })
  const file = useAct<unknown, { id: string }>(missionId === undefined ? 'POST' : 'PUT', missionId === undefined ? '/api/missions' : `/api/missions/${missionId}`, async ({ id }) => {
    if (draftId !== undefined) { sessionStorage.removeItem(`draft-${draftId}`); await ask('DELETE', `/api/drafts/${draftId}`).catch(() => undefined) }
    go(`/missions/${id}`)
  })
  const problems = file.error instanceof Refused ? (file.error.problem.problems ?? []) : (examine.data?.problems ?? [])
  const trouble = (at: string): string | undefined => problems.find((p) => p.at === at && p.severity === 'block')?.says
  const to = (next: Step): void => { flushSync(() => { setStep(next) }); heading.current?.focus(); if (next === 'check') examine.mutate() }
  const onPlace = (at: string): void => { flushSync(() => { setStep(stepOf(at)) }); (document.getElementById(`f-${at}`) ?? document.getElementById(`f-${at.split('.')[0]!}`))?.focus() }
  const bench: Bench = { form, set: (change) => { setForm((was) => ({ ...was, ...change })) }, trouble }
  const i = STEPS.indexOf(step)
  return (
    <>
      <h1 tabIndex={-1}>{w.title}{form.name === '' ? '' : `：${form.name}`}</h1>
      <ol className="steps">{STEPS.map((s) => <li key={s}><button type="button" aria-current={s === step ? 'step' : undefined} onClick={() => { to(s) }}>{w[s]}</button></li>)}</ol>
      <p className="count" aria-live="polite">{saved === undefined ? ' ' : saved.state === 'saving' ? w.saving : saved.state === 'saved' ? w.saved.replace('{at}', when(saved.at)) : w.notSaved}</p>
      <section className="card">
        <h2 ref={heading} tabIndex={-1}>{w[step]}</h2>
        {step === 'basics' && <Basics {...bench} />}{step === 'places' && <Places {...bench} />}{step === 'members' && <Members {...bench} />}{step === 'itinerary' && <Itinerary {...bench} />}{step === 'papers' && <Papers {...bench} />}
        {step === 'check' && <Check examination={examine.data} error={file.error ?? examine.error} onPlace={onPlace} />}
        <p className="buttons">
          {i > 0 && <button type="button" onClick={() => { to(STEPS[i - 1]!) }}>{w.previous}</button>}
          {i < STEPS.length - 1 && <button type="button" className="main" onClick={() => { to(STEPS[i + 1]!) }}>{w.next}</button>}
          {step === 'check' && <><button type="button" onClick={() => { examine.mutate() }}>{w.examine}</button><button type="button" className="main" disabled={file.isPending} onClick={() => { file.mutate({ body: { form } }) }}>{file.isPending ? f.working : w.submit}</button></>}
        </p>
      </section>
    </>
  )
}

/** A new mission, or a draft of it. */
export function Wizard({ id }: { readonly id: string }) {
  const { place } = useRouter()
  const fresh = useMemo(() => sessionStorage.getItem('new-draft') ?? crypto.randomUUID(), [])
  const draftId = id === '' ? fresh : id
  useEffect(() => { if (id === '') history.replaceState(null, '', `${place.base}/drafts/${draftId}`) }, [id, draftId, place.base])
  const kept = sessionStorage.getItem(`draft-${draftId}`)
  const q = useQuery({ queryKey: ['draft', draftId], enabled: id !== '' && kept === null, retry: false, staleTime: Infinity, queryFn: async () => ask<Draft>('GET', `/api/drafts/${draftId}`) })
  if (kept !== null) return <FormPages start={JSON.parse(kept) as MissionForm} draftId={draftId} />
  if (id === '') return <FormPages start={EMPTY} draftId={draftId} />
  if (q.isError) return <FormPages start={EMPTY} draftId={draftId} />
  return q.data === undefined ? null : <FormPages start={q.data.form} draftId={draftId} />
}

/** A returned mission, corrected and filed again. */
export function Correction({ id }: { readonly id: string }) {
  const q = useQuery({ queryKey: ['correction', id], staleTime: Infinity, queryFn: async () => ask<MissionPage>('GET', `/api/missions/${id}`) })
  if (q.isError) return <Trouble error={q.error} />
  return q.data === undefined ? null : <FormPages start={q.data.form} missionId={id} />
}
