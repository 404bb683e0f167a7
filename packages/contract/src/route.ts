import { type ActName, type ViewName } from './access.ts'

/** One address of the house: an act, a view, or open to everyone with the reason why. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly does: { readonly act: ActName } | { readonly view: ViewName } | { readonly open: string }
}

const act = (method: Route['method'], path: string, name: ActName): Route => ({ method, path, does: { act: name } })
const view = (path: string, name: ViewName, method: Route['method'] = 'GET'): Route => ({ method, path, does: { view: name } })

/** Every route of the server. One that is not here cannot be registered. */
export const ROUTES = {
  'session.open': { method: 'POST', path: '/api/session', does: { open: 'signing in' } },
  'session.show': { method: 'GET', path: '/api/session', does: { open: 'who am I; nobody is an answer' } },
  'session.close': view('/api/session', 'session', 'DELETE'),
  'session.password': view('/api/session/password', 'session', 'PUT'),
  'health': { method: 'GET', path: '/api/health', does: { open: 'liveness, in words, without figures of the office' } },
  'platform.show': view('/api/platform', 'platform'),
  'rule.list': view('/api/rules', 'rule'),
  'calendar.show': view('/api/calendar/:year', 'rule'),
  'queue.list': view('/api/queues', 'queue'),

  'unit.list': view('/api/units', 'unit'),
  'unit.register': act('POST', '/api/units', 'unit.register'),
  'account.list': view('/api/accounts', 'account'),
  'account.create': act('POST', '/api/accounts', 'account.create'),
  'account.grant': act('PUT', '/api/accounts/:id/roles', 'account.grant'),
  'account.close': act('DELETE', '/api/accounts/:id', 'account.close'),

  'draft.list': view('/api/drafts', 'draft'),
  'draft.show': view('/api/drafts/:id', 'draft'),
  'draft.save': view('/api/drafts/:id', 'draft', 'PUT'),
  'draft.drop': view('/api/drafts/:id', 'draft', 'DELETE'),
  'attachment.add': view('/api/attachments', 'draft', 'POST'),
  'attachment.show': view('/api/attachments/:id', 'attachment'),

  'person.list': view('/api/persons', 'person'),
  'person.show': view('/api/persons/:id', 'person'),
  'person.register': act('POST', '/api/persons', 'person.register'),
  'person.confirm-name': act('POST', '/api/persons/:id/name', 'person.confirm-name'),
  'person.erase': act('POST', '/api/persons/:id/erase', 'person.erase'),
  'name.propose': view('/api/names', 'name', 'POST'),

  'mission.examine': view('/api/missions/examine', 'draft', 'POST'),
  'mission.list': view('/api/missions', 'mission'),
  'mission.show': view('/api/missions/:id', 'mission'),
  'mission.submit': act('POST', '/api/missions', 'mission.submit'),
  'mission.resubmit': act('PUT', '/api/missions/:id', 'mission.resubmit'),
  'mission.sign': act('POST', '/api/missions/:id/sign', 'mission.sign'),
  'mission.withdraw': act('POST', '/api/missions/:id/withdraw', 'mission.withdraw'),
  'mission.accept': act('POST', '/api/missions/:id/accept', 'mission.accept'),
  'mission.return': act('POST', '/api/missions/:id/return', 'mission.return'),
  'mission.check': act('POST', '/api/missions/:id/check', 'mission.check'),
  'mission.approve': act('POST', '/api/missions/:id/approve', 'mission.approve'),
  'mission.refuse': act('POST', '/api/missions/:id/refuse', 'mission.refuse'),
  'mission.cancel': act('POST', '/api/missions/:id/cancel', 'mission.cancel'),
  'mission.close': act('POST', '/api/missions/:id/close', 'mission.close'),
  'document.show': view('/api/missions/:id/documents/:document', 'document'),

  'enrolment.list': view('/api/enrolments', 'enrolment'),
  'enrolment.take': act('POST', '/api/persons/:id/enrolment', 'enrolment.take'),
  'face.show': view('/api/persons/:id/face', 'face'),

  'permit.order': act('POST', '/api/missions/:id/permits', 'permit.order'),
  'blank.list': view('/api/blanks', 'blank'),
  'blank.receive': act('POST', '/api/blanks', 'blank.receive'),
  'blank.spoil': act('POST', '/api/blanks/:serial/spoil', 'blank.spoil'),
  'blank.witness': act('POST', '/api/blanks/:serial/witness', 'blank.witness'),
  'job.list': view('/api/jobs', 'job'),
  'job.show': view('/api/jobs/:id', 'job'),
  'blank.allocate': act('POST', '/api/jobs/:id/blank', 'blank.allocate'),
  'job.produce': act('POST', '/api/jobs/:id/produce', 'job.produce'),
  'job.inspect': act('POST', '/api/jobs/:id/inspect', 'job.inspect'),

  'permit.list': view('/api/permits', 'permit'),
  'permit.show': view('/api/permits/:number', 'permit'),
  'permit.page': view('/api/permits/:number/page', 'permit-page'),
  'permit.endorsements': view('/api/permits/:number/endorsements', 'permit-page'),
  'permit.chip': view('/api/permits/:number/chip', 'chip'),
  'permit.hand-out': act('POST', '/api/permits/:number/hand-out', 'permit.hand-out'),
  'permit.take-back': act('POST', '/api/permits/:number/take-back', 'permit.take-back'),
  'permit.confirm-return': act('POST', '/api/permits/:number/confirm-return', 'permit.confirm-return'),

  'homecoming.list': view('/api/homecomings', 'homecoming'),
  'report.submit': act('POST', '/api/missions/:id/report', 'report.submit'),
  'report.accept': act('POST', '/api/missions/:id/report/accept', 'report.accept'),
  'report.return': act('POST', '/api/missions/:id/report/return', 'report.return'),
  'control.list': view('/api/controls', 'control'),
  'control.release': act('POST', '/api/controls/:id/release', 'control.release'),

  'statistic.year': view('/api/statistics/:year', 'statistic'),
  'journal.list': view('/api/journal', 'journal'),
  'journal.export': view('/api/journal/export', 'journal'),
  'trust.show': view('/api/trust', 'trust'),
  'signer.show': view('/api/signer', 'signer'),
  'signer.minutes': view('/api/signer/ceremonies/:id/minutes', 'signer'),

  'verification.files': view('/api/verification/files', 'verification', 'POST'),
  'verification.seal': view('/api/verification/seals', 'verification', 'POST'),
  'verification.endorsement': view('/api/verification/endorsements', 'verification', 'POST'),
  'verification.permit': view('/api/verification/permits/:number', 'verification'),
  'verification.trust': view('/api/verification/trust', 'verification'),
  'verification.bundle': view('/api/verification/bundle', 'verification'),
  'examination.files': view('/api/examinations', 'examination', 'POST'),
  'examination.report': view('/api/examinations/report', 'examination', 'POST'),
  'batch.send': view('/api/verification/batches', 'verification', 'POST'),
  'batch.list': view('/api/verification/batches', 'verification'),
  'batch.show': view('/api/verification/batches/:id', 'verification'),
  'batch.results': view('/api/verification/batches/:id/results', 'verification'),
  'batch.cancel': view('/api/verification/batches/:id', 'verification', 'DELETE'),
} as const satisfies Record<string, Route>
export type RouteName = keyof typeof ROUTES
