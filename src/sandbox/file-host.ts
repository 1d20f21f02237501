import type { IncomingMessage, Server } from 'node:http';
import { createArchiveCache, etagOf, type FileContent } from './archive-cache.js';
import { buildArchive } from './archive.js';
import { archiveFilesOf } from './archive-files.js';
import { contentTypeOf, encodeAsset } from './asset-file.js';
import { endsAtOnce, sendNothing, sendReply, type Exchange } from './delivery.js';
import { changeFile } from './fault-file.js';
import { replyInstead } from './fault-reply.js';
import type { FaultRegistry } from './faults.js';
import { createHostServer } from './host-server.js';
import type { JobStore } from './jobs.js';
import type { Settings } from './options.js';
import { expiredReply, xmlReply, type Reply } from './reply.js';
import { pathOf } from './record-request.js';
import type { RecordedRequest, Violation } from './requests.js';
import { serveFile, type ServedFile } from './serve-file.js';
import type { Signer } from './signing.js';

/** What the file host needs. */
export interface FileHostContext {
  settings: Settings;
  jobs: JobStore;
  signer: Signer;
  faults: FaultRegistry;
  requests: RecordedRequest[];
  violations: Violation[];
}

/** Creates the server for archives and assets, with signed URLs and range requests. It does not listen yet. */
export function createFileHost(context: FileHostContext): Server {
  const { settings, jobs, signer, faults, violations } = context;

  const archiveOf = createArchiveCache(async (jobId) => {
    const job = jobs.get(jobId);
    return job && buildArchive(archiveFilesOf(job, settings), settings.archive);
  });

  async function find(path: string): Promise<ServedFile | undefined> {
    const [, folder, id, extension] = /^\/(archives|assets)\/([^/]+)\.(\w+)$/.exec(path) ?? [];
    if (folder === undefined || id === undefined || extension === undefined) return undefined;
    const name = decodeURIComponent(id);
    const content = folder === 'archives' ? await archiveOf(name) : assetOf(name, extension);
    return (
      content && { ...content, contentType: contentTypeOf(extension), fileName: `${name}.${extension}`, ranges: true }
    );
  }

  function assetOf(assetId: string, extension: string): FileContent {
    const bytes = encodeAsset(assetId, extension, settings.imageSize);
    return { bytes, etag: etagOf(bytes) };
  }

  /** Checks headers, method and signature. Returns undefined if the request is acceptable. */
  function refuse(request: IncomingMessage): Reply | undefined {
    const path = pathOf(request);
    if (request.headers.authorization !== undefined) {
      const message = `${request.method ?? ''} ${path} came with an Authorization header`;
      violations.push({ type: 'credentials-at-file-host', message, path });
      return xmlReply(400, 'InvalidArgument', 'Only one auth mechanism is allowed');
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return xmlReply(405, 'MethodNotAllowed', 'The method is not allowed', { allow: 'GET, HEAD' });
    }
    switch (signer.check(path, new URLSearchParams((request.url ?? '').slice(path.length)))) {
      case 'wrong':
        return xmlReply(403, 'SignatureDoesNotMatch', 'The signature does not match');
      case 'expired':
        return expiredReply();
      case 'valid':
        return undefined;
    }
  }

  async function answer(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    const path = pathOf(request);
    const url = request.url ?? '';
    const method = request.method ?? '';
    // Before the faults, so that credentials are reported as a violation even if a fault replaces the response.
    const refusal = refuse(request);
    const { headers } = request;
    const seen = { method, path, url, headers, pathParameters: {}, body: undefined, range: headers.range };
    const effects = faults.strike('file', seen);
    const silence = endsAtOnce(effects);
    if (silence) {
      sendNothing(exchange, silence);
      return;
    }
    const instead = replyInstead(effects, url) ?? refusal;
    if (instead) return sendReply(exchange, instead, effects);
    const file = await find(path);
    if (!file) return sendReply(exchange, xmlReply(404, 'NoSuchKey', 'There is no such file'), effects);
    return sendReply(exchange, serveFile(changeFile(file, effects), method, headers), effects);
  }

  return createHostServer('files', { requests: context.requests, violations, now: settings.now }, answer);
}
