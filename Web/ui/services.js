// @ts-check
/** The six services, as the rest of Offstage names them. */

/** @import { ServiceName } from "./types.d.ts" */

/**
 * @typedef {object} Service
 * @property {ServiceName} name
 * @property {string} short as the command line and the filter language spell it
 * @property {string} title
 * @property {string} key goes there after `g`
 * @property {string} teaches what is recorded, for those who see nothing yet
 * @property {string} docs
 */

const mdn = "https://developer.mozilla.org/docs/Web/API/";

/** @type {Service[]} */
export const services = [
  {
    name: "backgroundFetch",
    short: "fetch",
    title: "Background Fetch",
    key: "f",
    teaches: "Each background fetch, with its requests, their statuses and sizes, and its end.",
    docs: mdn + "Background_Fetch_API",
  },
  {
    name: "backgroundSync",
    short: "sync",
    title: "Background Sync",
    key: "s",
    teaches: "Each sync from its registration over its dispatches and retries to its end.",
    docs: mdn + "Background_Synchronization_API",
  },
  {
    name: "periodicBackgroundSync",
    short: "periodic",
    title: "Periodic Sync",
    key: "d",
    teaches: "Registrations, dispatches and delays of periodic syncs.",
    docs: mdn + "Web_Periodic_Background_Synchronization_API",
  },
  {
    name: "notifications",
    short: "notifications",
    title: "Notifications",
    key: "n",
    teaches: "Notifications that were shown, clicked and closed.",
    docs: mdn + "Notifications_API",
  },
  {
    name: "pushMessaging",
    short: "push",
    title: "Push Messaging",
    key: "p",
    teaches: "Each push message: received, decrypted, dispatched to the worker, completed.",
    docs: mdn + "Push_API",
  },
  {
    name: "paymentHandler",
    short: "payment",
    title: "Payment Handler",
    key: "y",
    teaches: "Payment requests and what the payment handler answered.",
    docs: mdn + "Web-based_Payment_Handler_API",
  },
];

/**
 * @param {string | null} text CDP's spelling or the short one
 * @returns {Service | undefined}
 */
export function service(text) {
  return services.find(({ name, short }) => name === text || short === text);
}
