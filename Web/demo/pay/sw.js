// @ts-check
// The pretend wallet. The browser installs this worker by itself at the first payment.

const wallet = /** @type {import("../types.d.ts").WorkerScope} */ (/** @type {unknown} */ (self));

wallet.addEventListener("canmakepayment", (event) => {
  event.respondWith(true);
});

wallet.addEventListener("paymentrequest", (event) => {
  event.respondWith(Promise.resolve({
    methodName: event.methodData[0].supportedMethods,
    details: { token: "sample" },
  }));
});

wallet.addEventListener("abortpayment", (event) => {
  event.respondWith(true);
});
