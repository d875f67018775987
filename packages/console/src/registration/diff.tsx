/** What changed in a registration, place by place, before and after. */

export interface Change {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

const shown = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value, null, 2);

export function Diff({ changes }: { readonly changes: readonly Change[] }) {
  return (
    <dl className="facts diff">
      {changes.map(({ path, before, after }) => [
        <dt key={`${path} name`}>{path}</dt>,
        <dd key={path}>
          {before !== undefined && <del>before: {shown(before)}</del>}
          {after !== undefined && <ins>after: {shown(after)}</ins>}
        </dd>,
      ])}
    </dl>
  );
}
