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

  // Where scripts run, filters and quantities count as soon as they are chosen: their buttons can go.
  document.documentElement.classList.add("is-automatic");
  for (const form of document.querySelectorAll("form[data-autosubmit]")) {
    form.addEventListener("change", () => form.requestSubmit());
  }

  // A chosen commune or way of delivery counts the total again, and keeps what was typed.
  const checkout = document.getElementById("checkout");
  // A number from abroad too: the card comes first then. Any other changes nothing, and must not redraw what is being reached.
  const fromAbroad = ({ name, value }) => name === "phone" && /^\s*(\+|00)(?!\s*212)/.test(value);
  checkout?.addEventListener("change", (event) => {
    if (event.target.matches("[name=commune], [name^=delivery_]") || fromAbroad(event.target)) {
      htmx.ajax("POST", location.pathname, {
        source: checkout.querySelector("[data-update]"), target: "#summary", select: "#summary", swap: "outerHTML",
        selectOOB: "#order-label", values: { action: "update" },
      }).catch(() => {}); // it ends so when a newer choice takes its place
    }
  });
  // Answers that say what is wrong are shown too: in their place, or as the page that they are.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { status } = detail.xhr;
    if (status < 400) return;
    detail.shouldSwap = true;
    if (status !== 422 && status !== 409) {
      detail.target = document.body;
      detail.selectOverride = "unset";
    }
  });

  // What happened, at the edge of the screen, until it was read.
  const toasts = document.getElementById("toasts");
  let leaving;
  const leaveLater = () => {
    clearTimeout(leaving);
    leaving = setTimeout(() => (toasts.matches(":hover, :focus-within") ? leaveLater() : toasts.replaceChildren()), 10000);
  };
  toasts?.addEventListener("htmx:afterSwap", leaveLater);
  toasts?.addEventListener("click", (event) => event.target.closest("[data-close-toast]") && toasts.replaceChildren());
  document.addEventListener("htmx:sendError", () => {
    toasts.replaceChildren(document.getElementById("no-connection").content.cloneNode(true));
    leaveLater();
  });

  // Photographs open larger, and closer still when they are pressed.
  const zoom = document.querySelector(".zoom");
  const photos = [...(zoom?.querySelectorAll("li") ?? [])];
  const bringClose = (photo, isClose) => {
    photo.classList.toggle("is-close", isClose);
    photo.firstChild.setAttribute("aria-pressed", isClose);
  };
  const show = (photo) => {
    for (const other of photos) bringClose(other, false);
    photo.scrollIntoView();
    photo.firstChild.focus({ preventScroll: true });
  };
  const turn = (step) => {
    const at = photos.findIndex((photo) => Math.abs(photo.getBoundingClientRect().left) < innerWidth / 2);
    show(photos[(at + step + photos.length) % photos.length]);
  };
  document.querySelector("[data-gallery]")?.addEventListener("click", (event) => {
    const link = event.target.closest("[data-zoom]");
    if (!link) return;
    event.preventDefault();
    zoom.showModal();
    show(photos[link.dataset.zoom]);
  });
  zoom?.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.step) return turn(Number(button.dataset.step));
    const photo = button?.closest("li");
    if (!photo) return;
    // What was pressed stays where it is; by keyboard, the middle does.
    const [x, y] = event.detail ? [event.clientX, event.clientY] : [innerWidth / 2, innerHeight / 2];
    const before = button.getBoundingClientRect();
    bringClose(photo, !photo.classList.contains("is-close"));
    const after = button.getBoundingClientRect();
    photo.scrollBy(
      after.left + ((x - before.left) / before.width) * after.width - x,
      after.top + ((y - before.top) / before.height) * after.height - y,
    );
  });
  zoom?.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || zoom.querySelector(".is-close")) return; // arrows move over what is close
    event.preventDefault();
    turn(document.dir === "rtl" ? -step : step);
  });
  zoom?.addEventListener("close", () => photos.forEach((photo) => bringClose(photo, false)));

  // A send button pressed twice sends once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-hx-post")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
  });

  document.querySelector("[data-reload]")?.addEventListener("click", (event) => {
    event.preventDefault();
    location.reload();
  });

  document.querySelector(".alert--error[role=alert]")?.focus();

  // A page for when there is no connection, fetched when this one is complete.
  window.addEventListener("load", () => navigator.serviceWorker?.register("/sw.js").catch(() => {}));
})();
