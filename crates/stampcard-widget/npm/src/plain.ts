/** Answers of the backend as this package's users read them. */

/** A frozen copy with `snake_case` names as `camelCase`. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(plain));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([name, inner]) => [
    name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    plain(inner),
  ]);
  return Object.freeze(Object.fromEntries(entries));
}
