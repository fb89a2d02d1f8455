// Shared by all probes: what is drawn, what can be read, and in which colours.

function where(el) {
  const marks = ["id", "name", "value", "class"].filter((key) => el.getAttribute(key));
  return `<${el.localName}${marks.map((key) => `[${key}="${el.getAttribute(key)}"]`).join("")}>`;
}

// A box of a pixel or two, or one pushed off the page, is there for screen readers only.
function conceals(el) {
  const style = getComputedStyle(el);
  const box = el.getBoundingClientRect();
  const cuts = style.overflowX !== "visible" || style.clipPath !== "none" || style.clip !== "auto";
  if (cuts && box.width <= 2 && box.height <= 2) return true;
  return style.position !== "static" && (box.right + scrollX <= 0 || box.bottom + scrollY <= 0);
}

// Each is asked once: all that stands inside an element asks for it.
const concealing = new Map();
function concealed(el) {
  if (!el || el === document.body) return false;
  if (!concealing.has(el)) concealing.set(el, conceals(el) || concealed(el.parentElement));
  return concealing.get(el);
}

function drawn(el) {
  const box = el.getBoundingClientRect();
  return el.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && box.width > 0 && box.height > 0 && !concealed(el);
}

function textNodes(el) {
  const walker = document.createTreeWalker(el, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() && !parent.matches("script, style, textarea, option") && drawn(parent)) {
      found.push(walker.currentNode);
    }
  }
  return found;
}

function visibleText(el) {
  return textNodes(el).map((node) => node.data).join(" ").replace(/\s+/g, " ").trim();
}

function boxOf(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  return range.getBoundingClientRect();
}

function union(boxes) {
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const right = Math.max(...boxes.map((box) => box.right));
  const bottom = Math.max(...boxes.map((box) => box.bottom));
  return {left, top, right, bottom, width: right - left, height: bottom - top};
}

const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], "
  + "audio[controls], video[controls]";

const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});

// [red, green, blue, opacity], whatever notation the browser computed.
const known = new Map();
function rgba(colour) {
  if (!known.has(colour)) known.set(colour, painted(colour));
  return known.get(colour);
}

function painted(colour) {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
}

function over(upper, lower) {
  const alpha = upper[3];
  return [0, 1, 2].map((i) => upper[i] * alpha + lower[i] * (1 - alpha)).concat(1);
}

// Found out once: it has the whole page styled anew.
let below = null;
function canvasColour() {
  below ??= behindAll();
  return below;
}

function behindAll() {
  const root = document.documentElement;
  const before = root.style.getPropertyValue("caret-color");
  root.style.setProperty("caret-color", "Canvas");
  const colour = rgba(getComputedStyle(root).caretColor);
  root.style.setProperty("caret-color", before);
  if (!root.getAttribute("style")) root.removeAttribute("style");
  return colour;
}

// The colour behind the element's content, or null where a picture lies behind it.
function backdrop(el) {
  const layers = [];
  for (let at = el; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    if (style.backgroundImage !== "none") return null;
    layers.push(rgba(style.backgroundColor));
    if (layers.at(-1)[3] === 1) break;
  }
  return layers.reduceRight((lower, upper) => over(upper, lower), canvasColour());
}

function luminance(colour) {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
