/* Asks the device for a passkey and sends what it answers with the form it belongs to. Where something else comes first
   (a second factor, signing in, another name) the service has a page instead of a question for the device: then the form
   is sent without an answer, and that page is shown. Without a device that can do so the form stays hidden: every other
   way to sign in works without this file. */

const able = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;

const ask = async (form) => {
  const asked = await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (asked.headers.get("Content-Type").startsWith("text/html") && (asked.ok || asked.status === 422)) return "";
  if (!asked.ok) throw new Error(String(asked.status));
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
    } catch {
      failed.textContent = failed.dataset.failed;
    }
  });
}
