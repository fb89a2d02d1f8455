/* A chat goes on in the page that is open: the same form is posted, and what has changed is put in place. Whatever
   fails becomes a normal post, which loses nothing: an answer that was stored already is not stored twice.
   XMLHttpRequest parses the answer by itself; with fetch a string would have to become HTML here, which the security
   policy forbids. */

const PATIENCE_MS = 20000;
const HERE = new Set(["next", "skip", "back"]);
const now = () => document.getElementById("now");
const lines = (page) => page.querySelector("[role=log] ol");
const form = now().closest("form");
let waiting = false;
let plainly = false;

/* Without a body the page is only read, with what is said about going back. */
const ask = (body) =>
  new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    // form.action would be the buttons named "action".
    const address = form.getAttribute("action");
    request.open(body ? "POST" : "GET", body ? address : `${address}?said=already_recorded`);
    request.setRequestHeader("X-Chat-Part", "1");
    request.responseType = "document";
    request.timeout = PATIENCE_MS;
    request.onload = () => done(request.response);
    request.onerror = request.ontimeout = request.onabort = failed;
    request.send(body);
  });

/* Lines that stay are left alone: the log is read out as it grows, and nothing may be read out twice. */
const say = (fresh) => {
  const said = lines(document);
  for (const line of [...said.children]) {
    if (!fresh.some((each) => each.isEqualNode(line))) line.remove();
  }
  fresh.forEach((line, place) => {
    const there = said.children[place];
    if (!there || !there.isEqualNode(line)) said.insertBefore(document.adoptNode(line), there || null);
  });
};

/* The question that is open, by its place. Every one has an entry in the history, so that Back stays in the chat. */
const place = (page = document) => page.querySelector("#now input[name=item]").value;
history.replaceState(place(), "");

/* The question takes the focus, never the log; the last line stays in view above it. */
const show = (page) => {
  const question = page.getElementById("now");
  say([...lines(page).children]);
  document.title = page.title;
  // The first button is what Enter presses: at the end it sends.
  form.querySelector("button").value = page.querySelector("button").value;
  now().replaceWith(document.adoptNode(question));
  const first = now().querySelector(".summary, .warn, h2");
  first.tabIndex = -1;
  lines(document).lastElementChild.scrollIntoView({ block: "start" });
  first.focus({ preventScroll: true });
  if (history.state !== place()) history.pushState(place(), "");
};

/* Back or Forward: nothing is taken back by it, and what stands in the fields of the open question stays. What was
   asked for counts no longer once the question has been answered. */
addEventListener("popstate", async (event) => {
  if (!event.state || event.state === place()) return;
  const open = now();
  const page = await ask().catch(() => null);
  if (open !== now()) return;
  if (!page?.getElementById("now")) return location.reload();
  if (place(page) !== place()) return show(page);
  say([...lines(page).children]);
  lines(document).lastElementChild.scrollIntoView({ block: "start" });
});

form.addEventListener("submit", async (event) => {
  const pressed = event.submitter;
  if (waiting) event.preventDefault();
  if (waiting || plainly || !pressed || !HERE.has(pressed.value)) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  body.set("action", pressed.value);
  waiting = true;
  const page = await ask(body).catch(() => null);
  waiting = false;
  if (page?.getElementById("now")) {
    show(page);
  } else {
    plainly = true;
    pressed.click();
  }
});
