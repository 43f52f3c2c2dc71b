/* Ties the buttons of a page to django-allauth's passkey ceremony, and says when it fails. */
{
  const trouble = () => document.querySelector("[data-passkey-trouble]");
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    if (trouble()) trouble().hidden = false;
  });
  const ceremonies = { "sign-in": "loginForm", ask: "authenticateForm", add: "addForm" };
  const button = document.querySelector("[data-passkey]");
  if (button && window.PublicKeyCredential) {
    const { passkey, credential, passwordless } = button.dataset;
    const ids = { credential, passwordless, data: "passkey-data" };
    for (const role of ["login", "authenticate", "add"]) ids[role] = button.id;
    allauth.webauthn.forms[ceremonies[passkey]]({ ids });
  } else if (button) {
    button.hidden = true;
  }
}
