// What the built app answers to: its own manifest of routes, the methods its handlers export, and its server actions.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '#tests/app.ts';

const root = join(import.meta.dirname, '../..');
export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Method = (typeof methods)[number];

export type Route = {
  readonly path: string;
  readonly kind: 'page' | 'route' /** Exported by the handler; a page answers GET. */;
  readonly methods: readonly Method[];
};

export function routesOf(app: App): Route[] {
  const manifest = JSON.parse(readFileSync(join(app.build, 'app-path-routes-manifest.json'), 'utf8')) as Record<string, string>;
  return Object.entries(manifest)
    .filter(([, path]) => !path.startsWith('/_'))
    .map(([file, path]): Route => {
      const kind = file.endsWith('/route') ? 'route' : 'page';
      return { path, kind, methods: kind === 'page' ? ['GET', 'HEAD'] : exportsOf(join(root, 'app', `${file}.ts`)) };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

export type Action = { readonly id: string; readonly name: string; readonly page: string };

/** Each action once, with a page that serves it. */
export function actionsOf(app: App): Action[] {
  const manifest = JSON.parse(readFileSync(join(app.build, 'server/server-reference-manifest.json'), 'utf8')) as {
    node: Record<string, { exportedName: string; workers: Record<string, unknown> }>;
  };
  return Object.entries(manifest.node).map(([id, { exportedName, workers }]) => ({
    id,
    name: exportedName,
    page:
      Object.keys(workers)[0]!
        .replace(/^app/, '')
        .replaceAll(/\/\([^)]*\)/g, '')
        .replace(/\/page$/, '') || '/',
  }));
}

function exportsOf(file: string): Method[] {
  const source = readFileSync(file, 'utf8');
  const found = methods.filter((method) =>
    new RegExp(
      `export (?:async )?function ${method}\\b|export const ${method}\\b|export \\{[^}]*(?:\\bas ${method}\\b|[{,]\\s*${method}\\s*[,}])[^}]*\\}?`,
    ).test(source),
  );
  return found.includes('GET') && !found.includes('HEAD') ? [...found, 'HEAD'] : found;
}
