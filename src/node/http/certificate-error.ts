const CODE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;

/** Whether a connection failed because the host's certificate is not trusted. A retry would fail in the same way. */
export function isCertificateError(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('code' in at && typeof at.code === 'string' && CODE.test(at.code)) return true;
  return false;
}
