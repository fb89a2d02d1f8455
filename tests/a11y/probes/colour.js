// Edges of controls can be seen, native controls are drawn, nothing moves that was asked not to.
({scheme, still}) => {
  const found = [];
  const report = (rule, el, problem) => found.push([rule, where(el), `${problem} (${scheme})`]);

  const edged = "label:has(input[type=radio]), label:has(input[type=checkbox]), textarea, select, button, "
    + "input:not([type=hidden], [type=radio], [type=checkbox], [type=image])";
  for (const el of document.querySelectorAll(edged)) {
    if (!drawn(el)) continue;
    const style = getComputedStyle(el);
    const choice = el.localName === "label";
    const outside = backdrop(el.parentElement);
    if (outside === null) continue;
    const inside = over(rgba(style.backgroundColor), outside);
    const visible = parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== "none";
    const edge = visible ? over(rgba(style.borderTopColor), outside) : inside;
    const best = Math.max(contrast(edge, outside), el.localName === "button" ? contrast(inside, outside) : 0);
    // A button without a border is known by its words; a field or a choice is known by its edge.
    if (best < 3 && (visible || el.localName !== "button")) report("edge", el, `contrast ${best.toFixed(2)}, 3 wanted`);
    if (choice && parseFloat(style.borderTopWidth) < 1.5) report("edge", el, "the border of a choice is under 2 px");
  }

  for (const el of document.querySelectorAll("input[type=radio], input[type=checkbox]")) {
    const style = getComputedStyle(el);
    if (style.appearance !== "auto" || !drawn(el)) report("native", el, "does not look like a control");
  }

  // What is asked of every element does not depend on the colours, but for what a scheme may set of its own.
  for (const el of still || scheme === "forced colours" ? document.querySelectorAll("*") : []) {
    for (const pseudo of [null, "::before", "::after"]) {
      const style = getComputedStyle(el, pseudo);
      if (style.forcedColorAdjust === "none") report("forced-colours", el, "keeps its own colours");
      const moving = [style.animationName === "none" ? "0s" : style.animationDuration, style.transitionDuration];
      if (still && moving.some((times) => times.split(",").some((time) => parseFloat(time) > 0.01))) {
        report("motion", el, "moves although less motion is asked for");
      }
    }
    if (still && getComputedStyle(el).scrollBehavior === "smooth") report("motion", el, "scrolls smoothly");
  }
  for (const animation of still ? document.getAnimations() : []) {
    report("motion", animation.effect.target, "is animated although less motion is asked for");
  }
  return found;
}
