/** One answer: above the line when it was accepted, below when it was refused, so that colour is not needed to tell. */
interface Beat {
  readonly atMs: number;
  readonly tookMs: number;
  readonly isAccepted: boolean;
}

interface Opening {
  readonly fromMs: number;
  untilMs: number | undefined;
}

export interface Trace {
  answered(beat: Beat): void;
  /** Draws a line through the trace. */
  committed(atMs: number): void;
  streamOpened(atMs: number): void;
  streamClosed(atMs: number): void;
  draw(nowMs: number): void;
}

/** Milliseconds that a pixel stands for: a request leaves every 50 ms. */
const msPerPixel = 14;
const barPixels = 2.4;
const streamPixels = 5;
/** An answer that took so long has the full height. */
const slowMs = 60;

interface Picture {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly nowMs: number;
}

/** Colours are the page's: `--accent`, `--bad`, `--ink`, `--line`. */
export function createTrace(canvas: HTMLElement): Trace {
  if (!(canvas instanceof HTMLCanvasElement)) throw new TypeError('a trace is drawn on a canvas');
  let beats: Beat[] = [];
  let commits: number[] = [];
  let openings: Opening[] = [];
  const forget = (beforeMs: number): void => {
    beats = beats.filter(({ atMs }) => atMs > beforeMs);
    commits = commits.filter((atMs) => atMs > beforeMs);
    openings = openings.filter(({ untilMs }) => untilMs === undefined || untilMs > beforeMs);
  };
  return {
    answered: (beat) => void beats.push(beat),
    committed: (atMs) => void commits.push(atMs),
    streamOpened: (fromMs) => void openings.push({ fromMs, untilMs: undefined }),
    streamClosed(atMs) {
      const last = openings.at(-1);
      if (last !== undefined) last.untilMs ??= atMs;
    },
    draw(nowMs) {
      const picture = begin(canvas, nowMs);
      if (picture === undefined) return;
      forget(nowMs - picture.width * msPerPixel);
      const style = getComputedStyle(canvas);
      const colour = (name: string): string => style.getPropertyValue(name);
      drawStream(picture, openings, colour('--accent'));
      drawLine(picture, colour('--line'));
      for (const beat of beats) drawBeat(picture, beat, colour(beat.isAccepted ? '--accent' : '--bad'));
      for (const atMs of commits) drawCommit(picture, atMs, colour('--ink'));
    },
  };
}

function begin(canvas: HTMLCanvasElement, nowMs: number): Picture | undefined {
  const context = canvas.getContext('2d');
  const { clientWidth: width, clientHeight: height } = canvas;
  if (context === null || width === 0) return undefined;
  const ratio = devicePixelRatio;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across || canvas.height !== down)
    Object.assign(canvas, { width: across, height: down });
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height, nowMs };
}

function across({ width, nowMs }: Picture, atMs: number): number {
  return width - (nowMs - atMs) / msPerPixel;
}

function lineOf({ height }: Picture): number {
  return Math.round((height - streamPixels) * 0.62);
}

function drawLine(picture: Picture, colour: string): void {
  picture.context.fillStyle = colour;
  picture.context.fillRect(0, lineOf(picture), picture.width, 1);
}

function drawBeat(picture: Picture, { atMs, tookMs, isAccepted }: Beat, colour: string): void {
  const { context, height } = picture;
  const line = lineOf(picture);
  const room = isAccepted ? line - 4 : height - streamPixels - 8 - line;
  const bar = isAccepted ? room * (0.3 + 0.7 * Math.min(1, tookMs / slowMs)) : room;
  context.fillStyle = colour;
  context.fillRect(across(picture, atMs) - barPixels, isAccepted ? line - bar : line + 1, barPixels, bar);
}

function drawStream(picture: Picture, openings: readonly Opening[], colour: string): void {
  const { context, height, nowMs } = picture;
  context.fillStyle = colour;
  for (const { fromMs, untilMs } of openings) {
    const left = Math.max(0, across(picture, fromMs));
    context.fillRect(left, height - streamPixels, across(picture, untilMs ?? nowMs) - left, streamPixels);
  }
}

function drawCommit(picture: Picture, atMs: number, colour: string): void {
  const { context, height } = picture;
  context.strokeStyle = colour;
  context.setLineDash([3, 3]);
  context.beginPath();
  const x = Math.round(across(picture, atMs)) + 0.5;
  context.moveTo(x, 0);
  context.lineTo(x, height);
  context.stroke();
  context.setLineDash([]);
}
