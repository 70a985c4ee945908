const status = document.querySelector("#status");
const ready = (async () => {
  await navigator.serviceWorker.register("sw.js");
  const registration = await navigator.serviceWorker.ready;
  while (registration.active.state !== "activated") {
    await new Promise((done) => setTimeout(done, 10));
  }
  status.textContent = "Ready";
  return registration;
})();

async function keepFresh() {
  const registration = await ready;
  await registration.periodicSync.register("news", { minInterval: 2000 });
}

async function headlines() {
  const news = await caches.open("news");
  const last = await news.match("headlines");
  return last ? await last.text() : "";
}

// How the page came to be, for whoever asks: the worker opens it with the story's name.
const story = new URL(location.href).searchParams.get("story");
if (story) document.title = `Story: ${story}`;

// What its server would keep, to send pushes to.
async function subscribe(applicationServerKey) {
  const registration = await ready;
  const subscription = await registration.pushManager.subscribe(
    { userVisibleOnly: true, applicationServerKey },
  );
  return JSON.stringify(subscription);
}
