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
  if (event.action === "later" || event.action === "answer") {
    const kept = await caches.open("kept");
    await kept.put(
      `/${event.action}/${event.notification.data}`,
      new Response(event.reply ?? "")
    );
    return;
  }
  await clients.openWindow(`/?story=${event.notification.data}`);
}
