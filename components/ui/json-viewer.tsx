import type { ReactNode } from 'react';
import { CopyButton, type CopyWords } from './copy-button.tsx';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** JSON that folds by <details>, drawn on the server; `open` says how many levels start open. */
export function JsonViewer({ value, copy, open = 1 }: { value: Json; copy?: CopyWords; open?: number }) {
  return (
    <div className="json" dir="ltr">
      {copy ? (
        <div className="json-copy">
          <CopyButton text={JSON.stringify(value, null, 2)} words={copy} withWord />
        </div>
      ) : null}
      <Branch value={value} open={open} />
    </div>
  );
}

function Branch({ name, value, open }: { name?: string; value: Json; open: number }): ReactNode {
  if (value === null || typeof value !== 'object') return <Leaf name={name} value={value} />;
  const entries = Object.entries(value);
  const [start, end] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) return <Line name={name}>{`${start}${end}`}</Line>;
  return (
    <details open={open > 0}>
      <summary>
        <Key name={name} />
        <span className="text-fg-3">{`${start} `}</span>
        <span className="json-count">{`${entries.length} ${end}`}</span>
      </summary>
      <div className="json-inside">
        {entries.map(([key, inner]) => (
          <Branch key={key} name={key} value={inner} open={open - 1} />
        ))}
      </div>
      <span className="text-fg-3">{end}</span>
    </details>
  );
}

function Leaf({ name, value }: { name?: string; value: null | boolean | number | string }) {
  return (
    <Line name={name}>
      <span data-json={value === null ? 'null' : typeof value}>{JSON.stringify(value)}</span>
    </Line>
  );
}

function Line({ name, children }: { name?: string; children: ReactNode }) {
  return (
    <div className="json-line">
      <Key name={name} />
      {children}
    </div>
  );
}

function Key({ name }: { name?: string }) {
  return name === undefined ? null : (
    <>
      <span className="text-fg-2">{name}</span>
      <span className="text-fg-3">: </span>
    </>
  );
}
