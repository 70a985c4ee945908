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

async function download(id, files) {
  const registration = await ready;
  await registration.backgroundFetch.fetch(id, files, { title: "An album" });
  status.textContent = "On its way";
}

async function giveUp(id) {
  const registration = await ready;
  const album = await registration.backgroundFetch.get(id);
  return await album.abort();
}

async function kept() {
  const albums = await caches.open("albums");
  return (await albums.keys()).length;
}
