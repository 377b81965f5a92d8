// Reads the code of a lot with the camera into the field beside the button. Where the browser cannot, codes are typed.
(() => {
  "use strict";
  const dialog = document.getElementById("scanner");
  if (!dialog || !("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;

  const video = dialog.querySelector("video");
  const refusal = dialog.querySelector("[data-no-camera]");
  let stream, field;

  // The code on a jar may be the address of its lot's page: then the last word of it is the code.
  const codeOf = (value) => {
    if (!/^https?:/i.test(value)) return value.trim();
    try {
      return decodeURIComponent(new URL(value).pathname.split("/").filter(Boolean).at(-1) ?? "");
    } catch {
      return value.trim();
    }
  };

  const look = async (detector) => {
    while (dialog.open) {
      const [found] = await detector.detect(video).catch(() => []);
      const code = found && codeOf(found.rawValue);
      if (code && dialog.open) {
        field.value = code;
        dialog.close();
        return;
      }
      await new Promise((again) => setTimeout(again, 150));
    }
  };

  const scan = async (button) => {
    field = document.getElementById(button.dataset.scan);
    refusal.hidden = true;
    dialog.showModal();
    try {
      const opened = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (!dialog.open) return opened.getTracks().forEach((track) => track.stop());
      stream = opened;
      video.srcObject = stream;
      await video.play();
      await look(new BarcodeDetector({ formats: ["qr_code", "code_128"] }));
    } catch {
      refusal.hidden = false;
    }
  };

  dialog.addEventListener("close", () => {
    stream?.getTracks().forEach((track) => track.stop());
    video.srcObject = stream = null;
    field?.focus();
  });

  for (const button of document.querySelectorAll("[data-scan]")) {
    button.hidden = false;
    button.addEventListener("click", () => scan(button));
  }
})();
