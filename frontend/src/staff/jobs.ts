/** A background job as its route tells it, and the way to follow one live to its end. */
import { LiveStream } from "../shared/live";

export interface Job {
  job_id: string;
  state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
  progress: { done: number; total: number | null; unit: string };
  error?: { code: string; message: string } | null;
}

/** Tells every change of a job until it is over, and `null` where there is no such job; gives back how to stop. */
export function followJob(jobId: string, changed: (job: Job | null, over: boolean) => void): () => void {
  const stream = new LiveStream(`/api/v1/jobs/${jobId}/events`, {
    onEvent: (event) => {
      if (event.name !== "job.updated") return;
      const job = event.data as Job;
      const over = job.state !== "queued" && job.state !== "running";
      if (over) stream.close();
      changed(job, over);
    },
    onRefused: () => changed(null, true),
  });
  return () => stream.close();
}
