import { QueryClient, QueryClientProvider, useQueryClient } from '@tanstack/react-query'
import { Component, lazy, Suspense, type ComponentType, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'

import { ask, Refused } from './ask.ts'
import { LanguageRoom, useLanguage, useTerm, useWords } from './language.tsx'
import { Link, RouterRoom, useRouter } from './router.tsx'
import { SessionRoom, useSession, useWhoAmI } from './session.tsx'
import { FRAME } from './words/frame.ts'
import { TERMS } from './words/term.ts'
import { SignIn } from './rooms/sign-in.tsx'
import './style.css'

type Entry = 'portal' | 'office'
interface Room { readonly path: RegExp; readonly to?: string; readonly name: keyof typeof FRAME; readonly roles: readonly string[]; readonly room: ComponentType<{ readonly id: string }> }

const EVERYONE = ['clerk', 'signatory', 'traveller', 'receiver', 'reviewer', 'approver', 'documents', 'enroller', 'counter', 'statistician', 'accountant', 'keeper', 'producer', 'inspector', 'keykeeper', 'sysadmin', 'secadmin', 'auditor']
const CASE = ['clerk', 'signatory', 'receiver', 'reviewer', 'approver', 'documents', 'enroller', 'counter', 'statistician', 'auditor']
const room = (load: () => Promise<Record<string, ComponentType<{ readonly id: string }>>>, name: string) => lazy(async () => ({ default: (await load())[name]! }))

const missions = async () => import('./rooms/mission.tsx')
const desk = async () => import('./rooms/production.tsx')
const permit = async () => import('./rooms/permit.tsx')
const office = async () => import('./rooms/office.tsx')
const VERIFIERS = ['inspector', 'counter', 'auditor', 'verifier']

/** Every room, who finds it in his navigation, and its address. The server decides again for every request. */
const ROOMS: readonly Room[] = [
  { path: /^\/$/, to: '/', name: 'home', roles: EVERYONE, room: room(async () => import('./rooms/home.tsx'), 'Home') },
  { path: /^\/missions\/new$/, to: '/missions/new', name: 'newMission', roles: ['clerk'], room: room(async () => import('./rooms/wizard.tsx'), 'Wizard') },
  { path: /^\/drafts\/([\w-]+)$/, name: 'newMission', roles: ['clerk'], room: room(async () => import('./rooms/wizard.tsx'), 'Wizard') },
  { path: /^\/missions\/([\w-]+)\/correct$/, name: 'newMission', roles: ['clerk'], room: room(async () => import('./rooms/wizard.tsx'), 'Correction') },
  { path: /^\/missions$/, to: '/missions', name: 'missions', roles: CASE, room: room(missions, 'Missions') },
  { path: /^\/missions\/([\w-]+)$/, name: 'missions', roles: CASE, room: room(missions, 'MissionCase') },
  { path: /^\/persons$/, to: '/persons', name: 'persons', roles: ['clerk', 'signatory', 'receiver', 'reviewer', 'approver', 'enroller', 'counter', 'traveller'], room: room(async () => import('./rooms/person.tsx'), 'Persons') },
  { path: /^\/persons\/([\w-]+)$/, name: 'persons', roles: ['clerk', 'signatory', 'receiver', 'reviewer', 'approver', 'enroller', 'counter', 'traveller'], room: room(async () => import('./rooms/person.tsx'), 'PersonCard') },
  { path: /^\/enrolments$/, to: '/enrolments', name: 'enrolments', roles: ['enroller'], room: room(async () => import('./rooms/enrolment.tsx'), 'Enrolments') },
  { path: /^\/jobs$/, to: '/jobs', name: 'production', roles: ['keeper', 'producer', 'inspector', 'documents', 'counter'], room: room(desk, 'Jobs') },
  { path: /^\/jobs\/([\w-]+)$/, name: 'production', roles: ['keeper', 'producer', 'inspector', 'documents', 'counter'], room: room(desk, 'JobCard') },
  { path: /^\/blanks$/, to: '/blanks', name: 'blanks', roles: ['keeper', 'counter', 'documents', 'auditor'], room: room(desk, 'Blanks') },
  { path: /^\/permits$/, to: '/permits', name: 'permits', roles: ['inspector', 'counter', 'documents', 'auditor', 'clerk', 'signatory'], room: room(permit, 'Permits') },
  { path: /^\/permits\/(\w+)$/, name: 'permits', roles: ['inspector', 'counter', 'documents', 'auditor', 'clerk', 'signatory'], room: room(permit, 'PermitCard') },
  { path: /^\/homecomings$/, to: '/homecomings', name: 'homecomings', roles: ['counter', 'reviewer', 'approver', 'clerk', 'signatory'], room: room(permit, 'Homecomings') },
  { path: /^\/controls$/, to: '/controls', name: 'controls', roles: ['receiver', 'reviewer', 'approver', 'counter', 'secadmin', 'clerk', 'signatory'], room: room(permit, 'Controls') },
  { path: /^\/(?:verification)?$/, to: '/verification', name: 'verification', roles: VERIFIERS, room: room(async () => import('./rooms/verification.tsx'), 'VerificationDesk') },
  { path: /^\/examination$/, to: '/examination', name: 'examination', roles: ['accountant'], room: room(async () => import('./rooms/examination.tsx'), 'ExaminationDesk') },
  { path: /^\/statistics$/, to: '/statistics', name: 'statistics', roles: ['statistician', 'approver', 'auditor'], room: room(office, 'StatisticsOfYear') },
  { path: /^\/journal$/, to: '/journal', name: 'journal', roles: ['auditor'], room: room(office, 'Journal') },
  { path: /^\/accounts$/, to: '/accounts', name: 'accounts', roles: ['sysadmin', 'secadmin', 'auditor'], room: room(office, 'Accounts') },
  { path: /^\/rules$/, to: '/rules', name: 'rules', roles: EVERYONE, room: room(office, 'Rules') },
  { path: /^\/signer$/, to: '/signer', name: 'signer', roles: ['keykeeper', 'secadmin', 'auditor'], room: room(async () => import('./rooms/signer.tsx'), 'SignerDesk') },
  { path: /^\/platform$/, to: '/platform', name: 'platform', roles: ['sysadmin', 'keykeeper', 'auditor'], room: room(office, 'PlatformState') },
]

function Frame({ entry }: { readonly entry: Entry }) {
  const session = useSession()
  const w = useWords(FRAME)
  const term = useTerm(TERMS)
  const { language, set } = useLanguage()
  const { place } = useRouter()
  const client = useQueryClient()
  const mine = ROOMS.filter((r) => r.roles.some((x) => session.account.roles.includes(x as never)))
  const found = ROOMS.find((r) => r.path.test(place.path))
  const here = mine.find((r) => r.path.test(place.path))
  const id = here?.path.exec(place.path)?.[1] ?? ''
  const out = async (): Promise<void> => { await ask('DELETE', '/api/session'); await client.invalidateQueries({ queryKey: ['session'] }) }
  return (
    <>
      <a className="skip" href="#content">{w.skip}</a>
      {session.demo && <p className="specimen">{w.specimen}</p>}
      <header className="top">
        <Link to="/" className="brand"><b>{language === 'zh' ? session.office.name : session.office.nameEn}</b><span>{entry === 'portal' ? w.portal : w.office}</span></Link>
        <p className="who"><span>{session.account.name}</span> <small>{session.account.roles.map(term).join('、')}</small> <small>{session.unit?.name}</small></p>
        <p className="tools"><button type="button" className="quiet" lang={language === 'zh' ? 'en' : 'zh-CN'} onClick={() => { set(language === 'zh' ? 'en' : 'zh') }}>{w.other}</button><button type="button" className="quiet" onClick={() => { void out() }}>{w.signOut}</button></p>
      </header>
      <div className="body">
        <nav aria-label={w.navigation}><ul>{mine.filter((r) => r.to !== undefined).map((r) => <li key={r.to}><Link to={r.to!} current={here === r}>{w[r.name]}</Link></li>)}</ul></nav>
        <main id="content" tabIndex={-1}>
          {here === undefined ? <><h1 tabIndex={-1}>{found === undefined ? w.lacks : w.none}</h1><Link to="/">{w.home}</Link></> : <Suspense fallback={<p className="empty">{w.loading}</p>}><here.room key={place.path} id={id} /></Suspense>}
        </main>
      </div>
    </>
  )
}

/** Keeps a broken page from being an empty one. */
class Safe extends Component<{ readonly children: ReactNode }, { readonly broken: boolean }> {
  override state = { broken: false }
  static getDerivedStateFromError(): { broken: boolean } { return { broken: true } }
  override render(): ReactNode { return this.state.broken ? <main><p role="alert">{FRAME.broken.zh} {FRAME.broken.en}</p></main> : this.props.children }
}

function Gate({ entry }: { readonly entry: Entry }) {
  const who = useWhoAmI()
  const w = useWords(FRAME)
  if (who.isPending) return <p className="empty">{w.loading}</p>
  if (who.isError) return <main><p role="alert" className="trouble">{who.error.message}</p></main>
  return who.data.account === undefined ? <SignIn entry={entry} nobody={who.data} /> : <SessionRoom session={who.data}><Frame entry={entry} /></SessionRoom>
}

/** Opens an entry of the house. */
export function open(entry: Entry): void {
  const client: QueryClient = new QueryClient({
    defaultOptions: { queries: { retry: (n, error) => n < 2 && !(error instanceof Refused && error.problem.status >= 400), refetchOnWindowFocus: true }, mutations: { onError: (error) => { lost(error) } } },
  })
  const lost = (error: unknown): void => { if (error instanceof Refused && error.problem.status === 401) void client.invalidateQueries({ queryKey: ['session'] }) }
  client.getQueryCache().subscribe((e) => { if (e.type === 'updated' && e.action.type === 'error' && e.query.queryKey[0] !== 'session') lost(e.action.error) })
  createRoot(document.getElementById('root')!).render(<Safe><QueryClientProvider client={client}><LanguageRoom><RouterRoom base={`/${entry}`}><Gate entry={entry} /></RouterRoom></LanguageRoom></QueryClientProvider></Safe>)
}
