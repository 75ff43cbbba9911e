/** Grey bars at the height of what comes, shown only after 150 ms. `label` is read out, such as "Reading payments". */
export function Skeleton({ rows = 1, height = 36, label }: { rows?: number; height?: number; label: string }) {
  return (
    <div className="skeleton" role="status">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} aria-hidden style={{ blockSize: height }} />
      ))}
    </div>
  );
}
