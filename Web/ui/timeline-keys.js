// @ts-check
/** What the keys do in the Timeline; dialogs.js has their list. */

/** @import { OffTimeline } from "./off-timeline.js" */

/**
 * @param {OffTimeline} timeline
 * @param {KeyboardEvent} event
 * @returns {boolean} whether the key is taken
 */
export function act(timeline, event) {
  const { scale } = timeline;
  const middle = scale.width / 2;
  const step = scale.width * (event.shiftKey ? 0.8 : 0.15);
  const isOnLane = event.target instanceof Element && event.target.closest(".lane") != null;
  switch (event.key) {
    case "ArrowLeft":
      timeline.lookAt(scale.panned(-step));
      break;
    case "ArrowRight":
      timeline.lookAt(scale.panned(step));
      break;
    case "PageUp":
      timeline.lookAt(scale.panned(-0.8 * scale.width));
      break;
    case "PageDown":
      timeline.lookAt(scale.panned(0.8 * scale.width));
      break;
    case "o":
    case "v":
      // They are the table's.
      break;
    case "ArrowUp":
    case "ArrowDown":
      timeline.focusLane(event.key === "ArrowDown" ? 1 : -1);
      break;
    case "+":
    case "=":
      timeline.lookAt(scale.zoomed(1 / 1.6, middle));
      break;
    case "-":
    case "_":
      timeline.lookAt(scale.zoomed(1.6, middle));
      break;
    case "0":
    case "Home":
      timeline.fit();
      break;
    case "End":
    case "f":
      timeline.followNow();
      break;
    case "j":
      timeline.step(1);
      break;
    case "k":
      timeline.step(-1);
      break;
    case "b":
      timeline.brushSeen();
      break;
    case "Enter":
      // A button or a link with the focus has the key for itself; a lane's name is one.
      if (
        isOnLane || event.target instanceof Element && event.target.closest("button, a, summary")
      ) {
        return false;
      }
      if (timeline.lane) timeline.selectNear(timeline.lane);
      break;
    case "Escape":
      if (timeline.selected || (!timeline.view?.since && !timeline.view?.until)) return false;
      timeline.clearBrush();
      break;
    default:
      return false;
  }
  return true;
}
