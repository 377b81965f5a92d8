// One save at a time: who presses a button of the form does not race the draft that Wagtail saves by itself.
//
// Without this, a press on "save" while the first automatic save is under way makes the page a second time, which is
// refused for its address; and an automatic save that ends after a press leaves the older text as the last version.
// (Wagtail 7.4; its controller keeps what it is doing in `submitPromise`.)

(() => {
  /** Form → the event of its last automatic save, and when it was announced; the request leaves an interval later. */
  const announced = new WeakMap();
  /** Forms whose button was pressed: they save nothing by themselves any more. */
  const leaving = new WeakSet();

  const controllerOf = (form) => window.wagtail?.app?.getControllerForElementAndIdentifier(form, "w-autosave");

  function underWay(form) {
    const controller = controllerOf(form);
    const last = announced.get(form);
    if (!controller?.submitPromise || !last) return null;
    if (Date.now() - last.at >= controller.intervalValue - 100) return controller.submitPromise;
    last.event.preventDefault(); // not sent yet, and will not be
    return null;
  }

  document.addEventListener("w-autosave:save", (event) => {
    announced.set(event.target, { event, at: Date.now() });
    if (leaving.has(event.target)) event.preventDefault();
  });

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const saving = underWay(form);
      leaving.add(form);
      if (!saving) {
        // Somebody else may still hold the form back: then the draft is looked after as before.
        setTimeout(() => event.defaultPrevented && leaving.delete(form));
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      saving.finally(() => form.requestSubmit(event.submitter));
    },
    { capture: true },
  );
})();
