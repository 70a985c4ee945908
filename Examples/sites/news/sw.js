self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));

self.addEventListener("periodicsync", (event) => {
  if (event.tag === "news") event.waitUntil(refresh());
});

async function refresh() {
  const news = await caches.open("news");
  const answer = await fetch("headlines.txt");
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  await news.put("headlines", answer);
}

self.addEventListener("push", (event) => {
  event.waitUntil(show(event.data.json()));
});

async function show({ title, story, from }) {
  if (from) await fetch(from);
  // Refreshed in silence, which a browser does not let pass for long.
  if (!title) return await refresh();
  await self.registration.showNotification(title, {
    body: "Tap to read.",
    tag: story,
    data: story,
    actions: [
      { action: "later", title: "Read later" },
      { action: "answer", title: "Answer", type: "text", placeholder: "Your answer" },
    ],
  });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(handle(event));
});

async function handle(event) {
  // An answer comes with its text; whether it names the button is up to the browser.
  const action = event.reply ? "answer" : event.action;
  if (action) {
    const kept = await caches.open("kept");
    await kept.put(`/${action}/${event.notification.data}`, new Response(event.reply ?? ""));
    return;
  }
  await clients.openWindow(`/?story=${event.notification.data}`);
}
