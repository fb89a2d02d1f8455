/* Asks the device for a passkey and sends what it answers with the form it belongs to. Without a device that can do so
   the form stays hidden: every other way to sign in works without this file. */

const able = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;

const ask = async (form) => {
  const asked = await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (!asked.ok || asked.redirected) throw new Error(String(asked.status));
  const options = await asked.json();
  return form.dataset.passkey === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !able;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = form.querySelector("[data-failed]");
    failed.textContent = "";
    try {
      form.elements.response.value = JSON.stringify((await ask(form)).toJSON());
      form.submit();
    } catch {
      failed.textContent = failed.dataset.failed;
    }
  });
}
