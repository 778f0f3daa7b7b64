/** What the page hands to the drawing; every text was written by the page, so that both say the same. */
export interface Shown {
  seconds: number;
  text: string;
}

export interface MeasureOfStep {
  count: number;
  url: string;
  values: Record<string, Shown>;
}

export interface StepFigures {
  name: string;
  cases: string;
  rounds: number;
  measures: Record<string, MeasureOfStep>;
}

export interface SentFigures {
  source: string | null;
  target: string;
  mode: string;
  times: number;
  text: string;
  url: string;
}

export interface Figures {
  steps: Record<string, StepFigures>;
  flows: Record<string, { times: number; url: string }>;
  sent: SentFigures[];
  labels: Record<string, string>;
}
