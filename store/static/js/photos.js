// Photos from the telephone: made smaller here, sent one after the other, tried again when the network drops one.
// Without this script the form sends one photo as it is.
(() => {
  const form = document.querySelector("[data-photos]");
  if (!form || !window.fetch || !window.createImageBitmap) return;
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button");
  const told = form.querySelector("[data-progress]");
  const LONGEST = 2000;
  const TRIES = 4;
  input.multiple = true;

  const say = (text) => {
    told.hidden = false;
    told.textContent = text;
  };
  const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  const keys = new Map(); // one for each file: what is sent twice, because its answer was lost, is one photo
  const arrived = new Set();
  const keyOf = (file) => {
    if (!keys.has(file)) keys.set(file, crypto.randomUUID ? crypto.randomUUID() : "");
    return keys.get(file);
  };

  async function smaller(file) {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      const paper = canvas.getContext("2d");
      paper.fillStyle = "#fff"; // a JPEG has no transparency
      paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.86));
      return made && made.size < file.size ? made : file;
    } catch {
      return file; // a kind that this browser cannot draw: the server looks at it
    }
  }

  async function send(file) {
    const body = new FormData(form);
    const made = await smaller(file);
    body.set("file", made, made === file ? file.name : "photo.jpg");
    body.set("key", keyOf(file));
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
        if (answer.redirected) location.reload(); // logged out meanwhile
        if (answer.status === 201) return "";
        if (answer.status === 422) return (await answer.json()).told;
        if (answer.status < 500) return form.dataset.failed;
      } catch {
        // no network at this moment
      }
      if (tries === TRIES) return form.dataset.failed;
      await wait(2 ** tries / 2);
    }
  }

  form.addEventListener("submit", async (event) => {
    const files = [...input.files];
    if (!files.length) return;
    event.preventDefault();
    button.disabled = true;
    for (const [index, file] of files.entries()) {
      say(form.dataset.wait.replace("{number}", index + 1).replace("{count}", files.length));
      if (arrived.has(file)) continue;
      const why = await send(file);
      if (why) {
        say(why);
        button.disabled = false;
        return;
      }
      arrived.add(file);
    }
    location.reload();
  });
})();
