import type { Operation, Spec } from './spec.js';

/** An operation and the values of its path parameters. */
export interface Route {
  operation: Operation;
  pathParameters: Readonly<Record<string, string>>;
}

/** Finds the operation for a method and a path. Undefined if the spec has none. */
export type Router = (method: string, path: string) => Route | undefined;

/**
 * Creates a router for the operations of the spec, below the path of its server. A parameter is one path segment. It is
 * decoded if it can be, else kept as it is.
 */
export function createRouter(spec: Spec): Router {
  const patterns = spec.operations.map((operation) => ({
    operation,
    pattern: new RegExp(`^${escape(spec.basePath)}${patternOf(operation.template)}$`),
  }));
  return (method, path) => {
    for (const { operation, pattern } of patterns) {
      const match = operation.method === method ? pattern.exec(path) : null;
      if (!match) continue;
      const values = operation.pathParameters.map(({ name }) => [name, decode(match.groups?.[name] ?? '')] as const);
      return { operation, pathParameters: Object.fromEntries(values) };
    }
    return undefined;
  };
}

function patternOf(template: string): string {
  return template
    .split(/(\{\w+\})/)
    .map((part) => (part.startsWith('{') ? `(?<${part.slice(1, -1)}>[^/]+)` : escape(part)))
    .join('');
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A stray percent sign.
    return segment;
  }
}
