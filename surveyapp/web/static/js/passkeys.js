/* Asks the device for a passkey and sends what it answers with the form it belongs to. Where something else comes first
   (a second factor, signing in, another name) the service has a page instead of a question for the device: then the form
   is sent without an answer, and that page is shown. What it declines is said in the words of its page. Without a device that can do so the form stays hidden: every other
   way to sign in works without this file. */

const able = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;

class Declined extends Error {}

/* Heading and advice of one of our error pages, which are words without any markup. Pages here may not be parsed. */
const words = (page) => (page.match(/<h1[^>]*>([^<]*)<\/h1>\s*<p>([^<]*)<\/p>/) || []).slice(1).join(". ");

const ask = async (form) => {
  const asked = await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if ((asked.headers.get("Content-Type") || "").startsWith("text/html") && (asked.ok || asked.status === 422)) return "";
  if (!asked.ok) throw new Declined(words(await asked.text()));
  const options = await asked.json();
  const key = form.dataset.passkey === "create"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  return JSON.stringify(key.toJSON());
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !able;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = form.querySelector("[data-failed]");
    failed.textContent = "";
    try {
      form.elements.response.value = await ask(form);
      form.submit();
    } catch (error) {
      failed.textContent = (error instanceof Declined && error.message) || failed.dataset.failed;
    }
  });
}
