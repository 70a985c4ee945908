// @ts-check
// The page half of the sample. Each action is a button and also `demo.<name>()`, which resolves
// with a short result when the page's part is done; what the worker does then, it tells by itself.

/** @typedef {import("./types.d.ts").Service} Service */
/** @typedef {import("./types.d.ts").Registration} Registration */

/**
 * @param {string} selector
 * @param {string} text
 * @param {boolean} [failed]
 */
function say(selector, text, failed = false) {
  const line = document.querySelector(selector);
  if (!line) return;
  line.textContent = text;
  line.classList.toggle("failed", failed);
}

/**
 * @param {Service} service
 * @param {string} text
 * @param {boolean} [failed]
 */
function report(service, text, failed = false) {
  say(`[data-status="${service}"]`, text, failed);
}

/** @type {Promise<Registration> | undefined} */
let starting;

/** The registration, once its worker is active and controls this page. */
function worker() {
  starting ??= (async () => {
    const container = navigator.serviceWorker;
    await container.register("/sw.js", { scope: "/" });
    const registration = await container.ready;
    if (!container.controller) {
      await new Promise((resolve) =>
        container.addEventListener("controllerchange", resolve, { once: true })
      );
    }
    return /** @type {Registration} */ (/** @type {unknown} */ (registration));
  })();
  return starting;
}

/** @param {string} name */
async function mayUse(name) {
  const descriptor = /** @type {PermissionDescriptor} */ (/** @type {unknown} */ ({ name }));
  const status = await navigator.permissions.query(descriptor);
  return status.state;
}

/**
 * @param {string} id
 * @param {string[]} urls
 * @param {string} title
 */
async function startFetch(id, urls, title) {
  const registration = await worker();
  await registration.backgroundFetch.fetch(id, urls, {
    title,
    icons: [{ src: "/icon-192.png", sizes: "192x192", type: "image/png" }],
  });
  report("backgroundFetch", `${id}: started.`);
  return { id, requests: urls.length };
}

/** @param {string} tag */
async function registerSync(tag) {
  const registration = await worker();
  await registration.sync.register(tag);
  report("backgroundSync", `${tag}: registered.`);
  return { tag };
}

const demo = {
  async ready() {
    const registration = await worker();
    say("#worker", "The service worker is ready.");
    return { scope: registration.scope };
  },

  backgroundFetch() {
    const files = ["/files/a.bin", "/files/b.bin", "/files/c.bin"];
    return startFetch("holiday-photos", files, "Holiday photos");
  },

  backgroundFetchFailing() {
    const files = ["/files/a.bin", "/files/missing.bin"];
    return startFetch("lost-photos", files, "Lost photos");
  },

  sync() {
    return registerSync("outbox");
  },

  syncRejected() {
    return registerSync("outbox-gone");
  },

  async periodicSync() {
    const registration = await worker();
    const permission = await mayUse("periodic-background-sync");
    if (permission !== "granted") {
      throw new Error(`Periodic sync is ${permission} here; the browser wants the app installed`);
    }
    const tag = "news";
    await registration.periodicSync.register(tag, { minInterval: 1000 });
    report("periodicBackgroundSync", `${tag}: registered.`);
    return { tag };
  },

  async notification() {
    const registration = await worker();
    if (Notification.permission === "default") await Notification.requestPermission();
    const tag = "tea";
    await registration.showNotification("Tea is ready", {
      body: "It has been steeping for four minutes.",
      tag,
      icon: "/icon-192.png",
      actions: [{ action: "coming", title: "Coming" }, { action: "later", title: "Later" }],
    });
    report("notifications", `${tag}: shown.`);
    return { tag };
  },

  /**
   * What an application server would keep.
   * @param {string} applicationServerKey
   */
  async subscribe(applicationServerKey) {
    const registration = await worker();
    const subscription = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey,
    });
    report("pushMessaging", "Subscribed.");
    return JSON.stringify(subscription);
  },

  async payment() {
    await worker();
    const method = `${location.origin}/pay`;
    const id = crypto.randomUUID();
    const total = { label: "Sample", amount: { currency: "EUR", value: "1.00" } };
    const request = new PaymentRequest(
      [{ supportedMethods: method }],
      /** @type {PaymentDetailsInit} */ ({ id, total }),
    );
    const response = await request.show();
    await response.complete("success");
    report("paymentHandler", "Paid 1.00 EUR, with nothing.");
    return { method: response.methodName, id };
  },
};

/** @typedef {keyof typeof demo} Action */

/** @type {Record<Exclude<Action, "ready" | "subscribe">, Service>} */
const serviceOf = {
  backgroundFetch: "backgroundFetch",
  backgroundFetchFailing: "backgroundFetch",
  sync: "backgroundSync",
  syncRejected: "backgroundSync",
  periodicSync: "periodicBackgroundSync",
  notification: "notifications",
  payment: "paymentHandler",
};

Object.assign(globalThis, { demo });

for (const button of document.querySelectorAll("button[data-action]")) {
  if (!(button instanceof HTMLButtonElement)) continue;
  const action = /** @type {keyof typeof serviceOf} */ (button.dataset.action);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await demo[action]();
    } catch (error) {
      report(serviceOf[action], error instanceof Error ? error.message : String(error), true);
    } finally {
      button.disabled = false;
    }
  });
}

new BroadcastChannel("sample").addEventListener("message", ({ data }) => {
  report(data.service, data.text, data.failed);
});

demo.ready().catch((error) => {
  say("#worker", `The service worker did not start: ${error.message}`, true);
});
