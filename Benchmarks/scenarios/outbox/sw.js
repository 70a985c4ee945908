self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("sync", () => {});
