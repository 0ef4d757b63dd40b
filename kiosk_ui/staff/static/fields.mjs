// Forms of the desk as acts want them.

/** What a form says as an act wants it: `data-body` and its fields; `manager.pin` lands inside `manager`. */
export function fields({ dataset, elements }) {
  const body = JSON.parse(dataset.body ?? "{}");
  for (const { name, type, value, checked } of elements) {
    if (!name || (type === "radio" && !checked)) continue;
    const [at, inner] = name.split(".");
    const said = type === "checkbox" ? checked : type === "number" ? Number(value) : value.trim() || null;
    if (inner) (body[at] ??= {})[inner] = said;
    else body[at] = said;
  }
  return body;
}
