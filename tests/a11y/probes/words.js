// For one control or fieldset that is drawn: the words a person sees on it or beside it; null for anything else.
(el) => {
  const own = ["a", "button", "summary"].includes(el.localName);
  const parts = own ? [el] : el.localName === "fieldset" ? [el.querySelector("legend")] : [...(el.labels ?? [])];
  if (!el.matches?.("a, button, summary, fieldset, input, select, textarea")) return null;
  if (![el, ...parts].filter(Boolean).some(drawn)) return null;
  return {where: where(el), seen: parts.filter(Boolean).map(visibleText).join(" ")};
}
