/** From code to HTTP status: the only place. A refusal that is not listed is 422: understood, not allowed. */
const STATUS: Readonly<Record<string, number>> = {
  'sign-in-refused': 401,
  'not-signed-in': 401,
  'account-locked': 423,
  'too-many-requests': 429,
  'not-allowed': 403,
  'other-unit': 403,
  'duty-conflict': 403,
  'csrf-refused': 403,
  'not-found': 404,
  'no-such-route': 404,
  'ceremony-unknown': 404,
  'ceremony-open': 409,
  'step-not-allowed': 409,
  'claim-taken': 409,
  'idempotency-key-reused': 409,
  'idempotency-key-missing': 400,
  'body-malformed': 400,
  'too-large': 413,
  'photo-too-large': 413,
  'form-has-problems': 422,
  'part-unreachable': 503,
  'verification-busy': 503,
  'storage-full': 507,
  'upload-cut-short': 400,
  'document-too-large': 413,
  'bug': 500,
}

export function statusOf(code: string): number {
  return STATUS[code] ?? 422
}
