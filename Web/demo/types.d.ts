// What the sample uses of interfaces that TypeScript's own libraries do not know.

export type Service =
  | "backgroundFetch"
  | "backgroundSync"
  | "periodicBackgroundSync"
  | "notifications"
  | "pushMessaging"
  | "paymentHandler";

export interface FetchRegistration {
  id: string;
  failureReason: string;
  matchAll(): Promise<{ responseReady: Promise<Response> }[]>;
}

export interface NotificationDetails extends NotificationOptions {
  actions?: { action: string; title: string }[];
}

/** https://wicg.github.io/background-fetch/, https://wicg.github.io/background-sync/spec/ */
export interface Registration {
  scope: string;
  backgroundFetch: {
    fetch(
      id: string,
      requests: string[],
      options: { title: string; icons: { src: string; sizes: string; type: string }[] },
    ): Promise<FetchRegistration>;
  };
  sync: { register(tag: string): Promise<void> };
  pushManager: PushManager;
  periodicSync: {
    register(tag: string, options: { minInterval: number }): Promise<void>;
    unregister(tag: string): Promise<void>;
  };
  showNotification(title: string, options: NotificationDetails): Promise<void>;
}

interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEnded extends Waiting {
  registration: FetchRegistration;
  updateUI(options: { title: string }): Promise<void>;
}

interface NotificationActed extends Waiting {
  action: string;
  notification: Notification;
}

interface PaymentAsked extends Waiting {
  methodData: { supportedMethods: string }[];
  respondWith(answer: Promise<{ methodName: string; details: unknown }>): void;
}

interface Asked extends Waiting {
  respondWith(answer: boolean): void;
}

interface WorkerEvents {
  install: Waiting;
  activate: Waiting;
  backgroundfetchsuccess: FetchEnded;
  backgroundfetchfail: FetchEnded;
  backgroundfetchabort: FetchEnded;
  sync: Waiting & { tag: string; lastChance: boolean };
  periodicsync: Waiting & { tag: string };
  push: Waiting & { data: { text(): string } | null };
  notificationclick: NotificationActed;
  notificationclose: NotificationActed;
  canmakepayment: Asked;
  paymentrequest: PaymentAsked;
  abortpayment: Asked;
}

export interface WorkerScope {
  clients: { claim(): Promise<void> };
  registration: Registration;
  skipWaiting(): Promise<void>;
  addEventListener<Name extends keyof WorkerEvents>(
    name: Name,
    listener: (event: WorkerEvents[Name]) => void,
  ): void;
}
