import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { endsAtOnce, sendNothing, sendReply, type Exchange } from './delivery.js';
import type { Effect } from './effects.js';
import { replyInstead } from './fault-reply.js';
import { changeStatusAnswer } from './fault-status.js';
import type { FaultRegistry } from './faults.js';
import { createHostServer } from './host-server.js';
import { archivePath, OPERATIONS, type OperationContext, type OperationHandler } from './operations.js';
import { createRateLimit } from './rate-limit.js';
import { readBody } from './read-body.js';
import { errorReply, type Reply } from './reply.js';
import { pathOf } from './record-request.js';
import type { RecordedRequest, Violation } from './requests.js';
import { createRouter, type Route } from './routes.js';
import type { Spec } from './spec.js';
import { createValidator, parseJson } from './validation.js';

/** What the server of the API needs. */
export interface ApiContext extends OperationContext {
  spec: Spec;
  faults: FaultRegistry;
  requests: RecordedRequest[];
  violations: Violation[];
}

/** Creates the server of the API, which responds with 404 to unknown operations. It does not listen yet. */
export function createApiServer(context: ApiContext): Server {
  const { settings, spec, faults, violations } = context;
  const route = createRouter(spec);
  const validator = createValidator(spec);
  const takeRequest = createRateLimit(settings.rateLimit, settings.now);
  const { apiKey, apiSecret } = settings.credentials;
  const authorization = `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}`;

  /** Checks credentials, rate limit, parameters and body. Returns undefined if the request is acceptable. */
  function refuse(request: IncomingMessage, { operation, pathParameters }: Route, body: Buffer): Reply | undefined {
    if (request.headers.authorization !== authorization) {
      const message = 'The credentials are missing or wrong';
      return errorReply(401, { message }, { 'www-authenticate': 'Basic realm="sandbox"' });
    }
    const waitMs = takeRequest();
    if (waitMs > 0) {
      const details = { limit: 'requests', ceiling: settings.rateLimit?.requests };
      const retryAfter = String(Math.ceil(waitMs / 1000));
      return errorReply(429, { message: 'Too many requests', details }, { 'retry-after': retryAfter });
    }
    const contentType = request.headers['content-type'];
    const problem = validator.checkRequest(operation, { pathParameters, contentType, body });
    return problem && errorReply(400, { message: problem.message, details: problem });
  }

  /** Performs an operation. Returns a 500 if the response breaks the spec. */
  function perform(
    carryOut: OperationHandler,
    request: IncomingMessage,
    matched: Route,
    body: Buffer,
    effects: readonly Effect[],
  ): Reply {
    const { operation, pathParameters } = matched;
    const urlOf = (jobId: string) => context.signedUrl(archivePath(jobId));
    const reply = refuse(request, matched, body) ?? carryOut(context, { pathParameters, body: parseJson(body) });
    const answer = changeStatusAnswer(reply, effects, pathParameters['jobId'] ?? '', urlOf);
    if (!settings.validateResponses) return answer;
    const problem = validator.checkAnswer(operation, answer.status, parseJson(answer.body));
    if (!problem) return answer;
    const message = `The sandbox's own answer to ${operation.operationId} breaks the spec: ${problem.message}`;
    violations.push({ type: 'answer-breaks-spec', message, path: pathOf(request) });
    return errorReply(500, { message, details: problem });
  }

  async function answer(exchange: Exchange): Promise<void> {
    const { request, notes } = exchange;
    const body = await readBody(request);
    const send = (reply: Reply, effects: readonly Effect[]) =>
      sendReply(exchange, { ...reply, headers: { 'x-request-id': randomUUID(), ...reply.headers } }, effects);
    if (body === undefined) return send(errorReply(413, { message: 'The body is too large' }), []);
    notes.body = body;

    const url = request.url ?? '';
    const path = pathOf(request);
    const matched = route(request.method ?? '', path);
    if (!matched) return send(errorReply(404, { message: `There is no ${request.method ?? ''} ${path}` }), []);
    const { operationId } = matched.operation;
    notes.operationId = operationId;
    const carryOut = OPERATIONS[operationId];
    // Not validated against the spec, which need not define a 404 for this operation.
    if (!carryOut) return send(errorReply(404, { message: `The sandbox has not been taught ${operationId}` }), []);

    const effects = faults.strike(operationId, {
      method: request.method ?? '',
      path,
      url,
      headers: request.headers,
      pathParameters: matched.pathParameters,
      body: body.length === 0 ? undefined : (parseJson(body) ?? body.toString()),
      range: request.headers.range,
    });
    const silence = endsAtOnce(effects);
    if (silence) {
      sendNothing(exchange, silence);
      return;
    }
    const instead = replyInstead(effects, url);
    if (instead) return send(instead, effects);
    const reply = perform(carryOut, request, matched, body, effects);
    const afterWork = effects.find((effect) => effect.type === 'dropAfterWork');
    if (afterWork) sendNothing(exchange, afterWork);
    else await send(reply, effects);
  }

  return createHostServer('api', { requests: context.requests, violations, now: settings.now }, answer);
}
