/* Passkeys: hands what the page asks for to the browser, and its answer back to the page's form. */
(function () {
  "use strict";

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) { return letter.charCodeAt(0); });
  }

  function text(buffer) {
    if (!buffer) return undefined;
    var letters = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function described(credential) {
    return Object.assign({}, credential, { id: bytes(credential.id) });
  }

  function asked(form) {
    var options = JSON.parse(form.dataset.options);
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    if (options.excludeCredentials) options.excludeCredentials = options.excludeCredentials.map(described);
    if (options.allowCredentials) options.allowCredentials = options.allowCredentials.map(described);
    return { publicKey: options };
  }

  function written(credential) {
    var given = credential.response;
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: {
        clientDataJSON: text(given.clientDataJSON),
        attestationObject: text(given.attestationObject),
        authenticatorData: text(given.authenticatorData),
        signature: text(given.signature),
        userHandle: text(given.userHandle)
      }
    });
  }

  function use(form) {
    var failed = form.querySelector("[data-failed]");
    failed.hidden = true;
    navigator.credentials[form.dataset.passkey](asked(form)).then(function (credential) {
      form.elements.answer.value = written(credential);
      form.submit();
    }).catch(function () { failed.hidden = false; });
  }

  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    if (!window.PublicKeyCredential) {
      form.querySelector("[data-missing]").hidden = false;
      return;
    }
    form.querySelector("button").disabled = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      use(form);
    });
    if ("starts" in form.dataset) use(form);
  });
})();
