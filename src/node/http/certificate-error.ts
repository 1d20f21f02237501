const CODE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;

/** Whether a connection failed because the certificate of the host is not trusted: it will not be the next time either. */
export function isCertificateError(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('code' in at && typeof at.code === 'string' && CODE.test(at.code)) return true;
  return false;
}
