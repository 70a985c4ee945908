// In each page that is measured: finds what it shows, and says when that was on the screen.

globalThis.bench = {
  // The elements that match, also inside of shadow roots.
  all(selector, root = document) {
    const found = [...root.querySelectorAll(selector)];
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) found.push(...bench.all(selector, element.shadowRoot));
    }
    return found;
  },

  // Looks at each frame until `test` gives something; when that frame has been painted.
  until(test) {
    return new Promise((done) => {
      const look = () => {
        if (!test()) return requestAnimationFrame(look);
        bench.tellPainted(done);
      };
      requestAnimationFrame(look);
    });
  },
  // Looks only when the table has changed, which costs its page next to nothing.
  untilChanged(test) {
    return new Promise((done) => {
      const observer = new MutationObserver(() => look());
      const look = () => {
        if (!test()) return;
        observer.disconnect();
        requestAnimationFrame(() => bench.tellPainted(done));
      };
      const what = { subtree: true, childList: true, attributes: true };
      observer.observe(document.querySelector("off-table"), what);
      look();
    });
  },
  // In a frame's callback: the next task begins when the frame is painted.
  tellPainted(done) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(null);
  },

  // Frames

  times: null,
  startFrames() {
    const times = bench.times = [];
    const count = (now) => {
      times.push(now);
      if (bench.times === times) requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  },
  // In milliseconds, how long each frame lasted.
  endFrames() {
    const { times } = bench;
    bench.times = null;
    return times.slice(1).map((time, number) => time - times[number]);
  },
  // As somebody drags the scrollbar through all of it: another place in each frame.
  async drag(scroller, seconds) {
    const most = scroller.scrollHeight - scroller.clientHeight;
    const start = performance.now();
    for (let share = 0; share < 1;) {
      await new Promise(requestAnimationFrame);
      share = Math.min(1, (performance.now() - start) / seconds / 1000);
      scroller.scrollTop = most * share;
    }
  },

  // Offstage's table

  get scroller() {
    return document.querySelector("off-table .scroller");
  },
  get rowCount() {
    return Number(document.querySelector("off-table")?.getAttribute("aria-rowcount")) - 1;
  },
  get hasRows() {
    return document.querySelector("off-table .rows .row[data-id]") != null &&
      document.querySelector("off-table .rows .row.waiting") == null;
  },
  // The milliseconds until the rows there are painted, as for somebody who drags the scrollbar.
  async jump(share) {
    const { scroller, rowCount } = bench;
    const start = performance.now();
    scroller.scrollTop = share * (scroller.scrollHeight - scroller.clientHeight);
    const end = await bench.until(() => {
      const first = document.querySelector("off-table .rows .row");
      const place = Number(first.getAttribute("aria-rowindex")) - 2;
      return Math.abs(place - share * rowCount) < 100 && bench.hasRows;
    });
    return end - start;
  },
  // From the click on, until the scrollbar goes through all rows and the last one is painted.
  async reachAll(until) {
    const old = document.querySelector("off-table .rows .row");
    const clicked = new Promise((done) =>
      addEventListener("click", ({ timeStamp }) => done(timeStamp), { capture: true, once: true })
    );
    const start = await clicked;
    const first = await until(() => !old?.isConnected && bench.hasRows);
    await until(() => bench.rowCount > 0);
    const { scroller } = bench;
    scroller.scrollTop = scroller.scrollHeight;
    const all = await until(() => {
      const last = document.querySelector("off-table .rows .row:last-child");
      return last?.getAttribute("aria-rowindex") === String(bench.rowCount + 1) && bench.hasRows;
    });
    return { first: first - start, all: all - start, rows: bench.rowCount };
  },

  // The moments, in milliseconds of Unix time, at which rows of events were put into the table.
  seen: new Map(),
  watch() {
    new MutationObserver((changes) => {
      const now = performance.timeOrigin + performance.now();
      for (const { addedNodes } of changes) {
        for (const { dataset } of addedNodes) {
          if (dataset?.id && !bench.seen.has(dataset.id)) bench.seen.set(dataset.id, now);
        }
      }
    }).observe(document.querySelector("off-table .rows"), { childList: true });
  },
};
