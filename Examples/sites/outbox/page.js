// Letters are kept in the cache until the worker has sent them.
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

async function send(text, tag = "outbox") {
  const registration = await ready;
  const letters = await caches.open("letters");
  await letters.put(`/letters/${crypto.randomUUID()}`, new Response(text));
  await registration.sync.register(tag);
  status.textContent = "Kept";
}

document.querySelector("#letter").addEventListener("submit", (event) => {
  event.preventDefault();
  send(new FormData(event.target).get("text"));
});
