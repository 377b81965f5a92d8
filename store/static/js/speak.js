// Says the word of a big button, where the browser has a voice for the language of the page. Without one there is no button.
(() => {
  "use strict";

  const speech = window.speechSynthesis;
  if (!speech || !window.SpeechSynthesisUtterance) return;
  const language = document.documentElement.lang;

  const voice = () => speech.getVoices().find(({ lang }) => lang.toLowerCase().replace("_", "-").split("-")[0] === language);
  const offer = () => {
    if (!voice()) return;
    for (const button of document.querySelectorAll("[data-say]")) button.hidden = false;
  };
  offer(); // some browsers know their voices at once, others a moment later
  speech.addEventListener?.("voiceschanged", offer);

  document.addEventListener("click", ({ target }) => {
    const word = target.closest("[data-say]")?.dataset.say;
    if (!word) return;
    const said = new SpeechSynthesisUtterance(word);
    said.voice = voice();
    said.lang = said.voice?.lang ?? language;
    speech.cancel(); // whoever presses again hears the newest word
    speech.speak(said);
  });
})();
