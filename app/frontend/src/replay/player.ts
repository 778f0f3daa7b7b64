/** Lets time go on: calls back with what has passed since the last frame, until it is told that the end is reached. */
export class Player {
  private frame = 0;
  private before = 0;
  private reached = 0;

  constructor(private readonly goOn: (seconds: number) => boolean) {}

  get playing(): boolean {
    return this.frame !== 0;
  }

  toggle(from: number): void {
    if (this.playing) {
      this.pause();
    } else {
      this.reached = from;
      this.before = performance.now();
      this.frame = requestAnimationFrame((now) => this.tick(now));
    }
  }

  pause(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  advance(by: number): number {
    this.reached += by;
    return this.reached;
  }

  private tick(now: number): void {
    const seconds = (now - this.before) / 1000;
    this.before = now;
    this.frame = requestAnimationFrame((next) => this.tick(next));
    if (!this.goOn(seconds)) {
      this.pause();
    }
  }
}
