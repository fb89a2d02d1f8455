// Declarations that no stylesheet may contain, whatever state they are meant for.
() => {
  const banned = [
    [/(^|;)\s*outline(-style)?:\s*(0px|0|none|medium)(\s+none)?\s*(!important)?\s*(;|$)/, "focus-outline", "takes the focus outline away"],
    [/(^|;)\s*outline-width:\s*0/, "focus-outline", "takes the focus outline away"],
    [/forced-color-adjust:\s*none/, "forced-colours", "keeps its own colours against the person's"],
    [/(^|;)\s*(-webkit-)?appearance:\s*none/, "native", "takes the native look away"],
    [/(^|;)\s*((margin|padding|border)-(left|right)[\w-]*|left|right):/, "logical", "says left or right"],
    [/(^|;)\s*(float|clear|text-align):\s*(left|right)/, "logical", "says left or right"],
    [/touch-action:\s*none/, "zoom", "stops enlarging with the fingers"],
  ];
  const found = [];
  const scan = (rules) => {
    for (const rule of rules) {
      const text = rule.style?.cssText ?? "";
      for (const [pattern, name, problem] of banned) {
        if (pattern.test(text)) found.push([name, rule.selectorText ?? rule.cssText.slice(0, 40), problem]);
      }
      if (rule.cssRules) scan(rule.cssRules);
    }
  };
  for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets]) scan(sheet.cssRules);
  return found;
}
