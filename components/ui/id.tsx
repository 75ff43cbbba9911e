import { CopyButton, type CopyWords } from './copy-button.tsx';

/** An id in mono, elided in the middle; the whole of it is copied, and shown by `title`. */
export function Id({ id, full, copy }: { id: string; full?: boolean; copy?: CopyWords }) {
  return (
    <span className="id">
      <span title={full ? undefined : id} className={full ? 'break-all' : undefined}>
        {full ? id : elide(id)}
      </span>
      {copy ? <CopyButton text={id} words={copy} /> : null}
    </span>
  );
}

/** `pi_3QXaR2LkdIwHu7ix0Vb2` becomes `pi_3QXa…0Vb2`: the prefix, four characters, and the last four. */
export function elide(id: string): string {
  const cut = id.indexOf('_') + 1;
  return id.length - cut <= 10 ? id : `${id.slice(0, cut + 4)}…${id.slice(-4)}`;
}
