"""A browser that tells what ran in it: calls of `__ran__`, dialogs, requests to other sites, and what a policy stopped."""

from dataclasses import dataclass, field

from playwright.sync_api import Browser

from tests.journeys.places import PATIENCE

_WATCH = """
window.__ran__ = () => console.error("RAN " + location.href);
document.addEventListener("securitypolicyviolation", event =>
    console.error("STOPPED " + event.effectiveDirective + " " + event.blockedURI + " on " + location.href));
"""
#: Markup that would run or ask another site if somebody pressed or hovered over it, or the policy were another one.
_SCAN = """() => {
    const found = [];
    for (const element of document.querySelectorAll("*")) {
        for (const {name, value} of element.attributes) {
            const isHandler = name.startsWith("on") && /__ran__|alert\\(|msgbox/.test(value);
            let leads = null;
            if (/^(href|xlink:href|src|action|formaction|data|poster|background|ping|cite|longdesc)$/.test(name)) {
                try { leads = new URL(value, location.href); } catch { }
            }
            const runs = leads && (/^(javascript|vbscript|livescript):/.test(leads.protocol)
                || leads.protocol === "data:" && /^(text\\/html|image\\/svg)/.test(leads.pathname) && element.localName !== "img");
            const asks = leads && leads.hostname === "canary.invalid" && !["a", "area"].includes(element.localName);
            const styled = (name === "style" || name === "srcset" || name === "srcdoc") && /canary|__ran__/.test(value);
            if (isHandler || runs || asks || styled) found.push(`${element.localName}[${name}=${value.slice(0, 80)}]`);
        }
        if (element.localName === "style" && /canary/.test(element.textContent)) found.push("style");
        if (element.localName === "base" && /canary/.test(element.href)) found.push("base");
    }
    return found;
}"""


@dataclass
class Seen:
    """What was seen on the pages that were opened."""

    pages: int = 0
    #: What ran, or would run when pressed.
    ran: list[str] = field(default_factory=list)
    #: What the content policy stopped: something ran into it, so something was not escaped.
    stopped: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


class Watch:
    """One person's browser."""

    def __init__(self, browser: Browser, url: str, cookies: dict[str, str] | None = None):
        self.url, self.seen = url, Seen()
        self.context = browser.new_context(locale="fr-MA", service_workers="block", base_url=url)
        self.context.add_cookies(
            [{"name": name, "value": value, "url": url} for name, value in (cookies or {}).items()]
        )
        self.context.add_init_script(_WATCH)
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("dialog", self._asked)
        self.page.on("request", self._requested)
        self.context.on("page", lambda page: self.seen.ran.append(f"opened a window: {page.url}"))

    def _heard(self, message) -> None:
        if message.text.startswith("RAN "):
            self.seen.ran.append(message.text)
        elif message.text.startswith("STOPPED "):
            self.seen.stopped.append(message.text)

    def _asked(self, dialog) -> None:
        # Whether to leave a form, the admin asks by itself where the editor has put a hostile text in order.
        if not (dialog.type == "beforeunload" and self.page.url.startswith(f"{self.url}/admin/")):
            self.seen.ran.append(f"dialog {dialog.type} on {self.page.url}")
        dialog.accept()

    def _requested(self, request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:", "about:")):
            self.seen.ran.append(f"asked {request.url} on {self.page.url}")

    def open(self, address: str) -> None:
        """Open a page, let it run, and look through its markup."""
        answer = self.page.goto(address, wait_until="load")
        self.seen.pages += 1
        if answer and answer.status >= 500:
            self.seen.broken.append(f"{answer.status} {address}")
        self.seen.ran += [f"{markup} on {address}" for markup in self.page.evaluate(_SCAN)]

    def keep(self, address: str) -> None:
        """Ask for a file: the browser puts it away, and never shows it."""
        with self.page.expect_download() as coming:
            self.page.evaluate("address => { location.href = address }", address)
        self.seen.pages += 1
        if fault := coming.value.failure():
            self.seen.broken.append(f"{fault} {address}")

    def read(self, html: str) -> None:
        """Show a mail, or a piece of a page, that does not lie at an address of its own."""
        self.page.set_content(html, wait_until="load")
        self.seen.pages += 1
        self.seen.ran += [f"{markup} in {html[:60]}" for markup in self.page.evaluate(_SCAN)]

    def read_json(self, address: str) -> None:
        """Put into the page, as the admin's script does, what comes as JSON with `html`."""
        self.page.evaluate(
            """async address => {
                const answer = await fetch(address, {headers: {"X-Requested-With": "XMLHttpRequest"}});
                document.body.innerHTML = JSON.parse(await answer.text()).html;
            }""",
            address,
        )
        self.seen.pages += 1
        self.seen.ran += [f"{markup} on {address}" for markup in self.page.evaluate(_SCAN)]

    def close(self) -> None:
        self.context.close()
