// Small comforts. Every page works without them.
(() => {
  "use strict";

  // The number of things in the cart, on pages that are the same for everybody.
  const showCount = () => {
    const count = Number(document.cookie.match(/(?:^|; )cart_count=(\d+)/)?.[1] ?? 0);
    for (const place of document.querySelectorAll("[data-cart-count]")) {
      place.textContent = count;
      place.hidden = count === 0;
    }
  };
  showCount();
  window.addEventListener("pageshow", showCount);
  document.addEventListener("htmx:afterSettle", showCount);

  // Filters apply as soon as they are chosen.
  for (const form of document.querySelectorAll("form[data-autosubmit]")) {
    form.addEventListener("change", () => form.requestSubmit());
  }

  // A chosen commune or way of delivery counts the total again, and keeps what was typed.
  const checkout = document.getElementById("checkout");
  checkout?.addEventListener("change", (event) => {
    if (event.target.matches("[name=commune], [name^=delivery_]")) {
      htmx.ajax("POST", location.pathname, {
        source: checkout.querySelector("[data-update]"), target: "#summary", select: "#summary", swap: "outerHTML",
        selectOOB: "#order-label", values: { action: "update" },
      }).catch(() => {}); // it ends so when a newer choice takes its place
    }
  });
  // Answers that say what is wrong are shown too.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const status = event.detail.xhr.status;
    if (status === 422 || status === 409) event.detail.shouldSwap = true;
  });

  // A send button pressed twice sends once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
  });

  document.querySelector(".alert--error[role=alert]")?.focus();
})();
