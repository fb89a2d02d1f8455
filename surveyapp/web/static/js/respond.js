/* Adds to pages that work without it: the question comes into view from an error link, characters left are said
   near the limit, what is typed is kept now and then, and a page can be printed. DOM calls only, no HTML strings. */

const QUIET_MS = 1500;
const NEAR_LIMIT = 0.8;

/* Listened for on the document: a chat brings new fields into the page. */
document.addEventListener("click", (event) => {
  const link = event.target.closest(".summary a");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.closest(".q") || field).scrollIntoView({ block: "start" });
  field.focus({ preventScroll: true });
});

const count = (field) => {
  const status = field.parentElement.querySelector("[data-words]");
  const limit = Number(field.dataset.limit);
  const length = [...field.value].length;
  const words = status.dataset.words.replace("{number}", String(limit - length).replace("-", "−"));
  status.textContent = length >= limit * NEAR_LIMIT ? words : "";
};
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-limit]")) count(event.target);
});
document.querySelectorAll("[data-limit]").forEach(count);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

const form = document.querySelector("form[data-keep]");
if (form) {
  let waiting = 0;
  let sending = null;
  let kept = "";
  let submitted = false;
  // form.action would be the buttons named "action".
  const address = form.getAttribute("action");
  const fields = () => {
    const data = new URLSearchParams(new FormData(form));
    data.set("action", "keep");
    return data;
  };
  const stop = () => {
    clearTimeout(waiting);
    if (sending) sending.abort();
  };
  const keep = async () => {
    const body = fields();
    if (body.toString() === kept) return;
    sending = new AbortController();
    try {
      const answer = await fetch(address, { method: "POST", body, signal: sending.signal, redirect: "error" });
      if (answer.ok) kept = body.toString();
    } catch {
      /* Nothing is lost: the text is still in the form and goes with the next button. */
    }
  };
  form.addEventListener("input", () => {
    stop();
    waiting = setTimeout(keep, QUIET_MS);
  });
  form.addEventListener("submit", () => {
    submitted = true;
    stop();
  });
  addEventListener("pagehide", () => {
    const body = fields();
    if (!submitted && body.toString() !== kept) navigator.sendBeacon(address, body);
  });
  kept = fields().toString();
}
