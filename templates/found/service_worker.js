// Shows a page of the shop when there is no connection. It keeps nothing else: prices and stock are always asked for.
const KEPT = "kept-{{ version|escapejs }}";
const PAGES = { {% for code, address in pages.items %}{{ code }}: "{{ address|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %} };
const FILES = [{% for file in keep %}"{{ file|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
self.addEventListener("install", (event) => event.waitUntil(
  caches.open(KEPT).then((cache) => cache.addAll([...Object.values(PAGES), ...FILES])).then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(
  caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (FILES.includes(pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  } else if (request.mode === "navigate" && request.method === "GET" && !pathname.startsWith("/admin/")) {
    event.respondWith(fetch(request).catch(() => caches.match(PAGES[pathname.split("/")[1]] ?? PAGES.fr)));
  }
});
