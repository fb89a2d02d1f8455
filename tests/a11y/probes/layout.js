// Targets large enough, nothing wider than the screen, no text cut off or running out of its box.
({target, width}) => {
  const found = [];
  const report = (rule, el, problem) => found.push([rule, where(el), problem]);
  const round = (number) => Math.round(number * 10) / 10;

  // A link in running text is as high as its line; the line is what it is (WCAG 2.5.8, inline exception).
  const inText = (el) => el.localName === "a" && getComputedStyle(el).display === "inline"
    && textNodes(el.closest("p, li, dd, td, div, label, legend, summary") ?? el.parentElement)
      .some((node) => !node.parentElement.closest("a") && /\p{L}/u.test(node.data));

  for (const el of target ? document.querySelectorAll(FOCUSABLE) : []) {
    if (el.tabIndex < 0 || !drawn(el) || inText(el)) continue;
    const labels = [...(el.labels ?? [])].filter(drawn);
    const box = union([el, ...labels].map((part) => part.getBoundingClientRect()));
    if (box.width < target - 0.5 || box.height < target - 0.5) {
      report("target", el, `${round(box.width)}×${round(box.height)} px with its label, ${target} wanted`);
    }
  }

  const root = document.documentElement;
  if (root.scrollWidth > width) report("sideways", root, `${root.scrollWidth} px on ${width}`);
  const scrolls = (el) => el && el !== document.body
    && (["auto", "scroll"].includes(getComputedStyle(el).overflowX) || scrolls(el.parentElement));
  for (const el of document.body.querySelectorAll("*")) {
    if (drawn(el) && el.getBoundingClientRect().right + scrollX > width + 1 && !scrolls(el.parentElement)) {
      report("sideways", el, `reaches ${round(el.getBoundingClientRect().right)} px of ${width}`);
    }
  }

  for (const node of textNodes(document.body)) {
    const text = boxOf(node);
    const size = parseFloat(getComputedStyle(node.parentElement).fontSize);
    for (let at = node.parentElement; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.display === "inline" || style.display === "contents") continue;
      const box = at.getBoundingClientRect();
      const beyond = [text.right - box.right, box.left - text.left, text.bottom - box.bottom, box.top - text.top];
      const hides = ["hidden", "clip"].includes(style.overflowX) || ["hidden", "clip"].includes(style.overflowY);
      // Glyph boxes are higher than a tight line; hidden overflow may cut that air, never the letters.
      const slack = [1, 1, size * 0.3, size * 0.3];
      if (beyond.some((by, side) => by > slack[side])) {
        const how = hides ? "is cut off by" : "runs out of";
        report("clipped", at, `“${node.data.trim().slice(0, 40)}” ${how} its box`);
        break;
      }
      if (["absolute", "fixed"].includes(style.position) || ["auto", "scroll"].includes(style.overflowX)) break;
    }
  }
  return found;
}
