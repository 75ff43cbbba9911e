// Loaded into a process before its own modules: its wall clock is wrong by CLOCK_MS, its stopwatch is right, as on a machine whose time was set badly.
const off = Number(process.env['CLOCK_MS']);
const RightDate = Date;

class WrongDate extends RightDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(WrongDate.now());
    else super(...(given as [number])); // every other form of the constructor is passed on as it came
  }

  static override now(): number {
    return RightDate.now() + off;
  }
}

globalThis.Date = WrongDate as DateConstructor; // but for being called without `new`, which nothing does
process.stderr.write(`clock wrong by ${off} ms: ${new Date().toISOString()}\n`);
