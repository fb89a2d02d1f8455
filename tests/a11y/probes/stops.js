// Everything the Tab key has to reach: [stop, where]; the radios of one name are one stop.
() => {
  const all = [...document.querySelectorAll(FOCUSABLE)];
  const stops = new Map();
  all.forEach((el, index) => {
    const usable = !el.disabled && el.tabIndex >= 0 && el.checkVisibility({visibilityProperty: true});
    const stop = el.type === "radio" ? `radio ${el.name}` : `${index}`;
    if (usable && !stops.has(stop)) stops.set(stop, where(el));
  });
  return [...stops];
}
