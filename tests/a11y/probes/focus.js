// The element that has the focus: can it be seen that it has it?
() => {
  const el = document.activeElement;
  if (!el || el === document.body || el === document.documentElement) return null;
  const label = [...(el.labels ?? [])].find((each) => each.contains(el));
  const parts = label ? [el, label] : [el];
  const seen = parts.some((part) => {
    const style = getComputedStyle(part);
    const behind = backdrop(part.parentElement);
    const thick = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return thick && (behind === null || contrast(over(rgba(style.outlineColor), behind), behind) >= 3);
  });
  const box = el.getBoundingClientRect();
  // Of a field of several lines the browser brings the line with the caret into view, not the whole field.
  const fits = box.height <= innerHeight && box.width <= innerWidth && el.localName !== "textarea";
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const inside = fits
    ? box.top >= -1 && box.bottom <= innerHeight + 1 && box.left >= -1 && box.right <= innerWidth + 1
    : bottom - top >= Math.min(44, box.height) && right > left;
  const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const free = Boolean(hit) && (el.contains(hit) || hit.contains(el) || Boolean(label?.contains(hit)));
  const stops = [...document.querySelectorAll(FOCUSABLE)];
  const group = el.type === "radio" ? `radio ${el.name}` : `${stops.indexOf(el)}`;
  return {where: where(el), seen, inside, free, stop: group, url: location.href, title: document.title};
}
