async function send() {
  await navigator.serviceWorker.register("sw.js");
  const registration = await navigator.serviceWorker.ready;
  await registration.sync.register("outbox");
}
