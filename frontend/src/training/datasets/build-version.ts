/** Orders the next dataset version and follows its job to the end. */
import { ask, Problem } from "../../shared/api";
import { followJob, type Job } from "../../staff/jobs";
import { DATASETS, type Version } from "./types";

interface Build {
  build_id: string;
  job_id: string;
  dataset_id: string | null;
}

/** From the address that takes the order. Told of every step; gives the version, or throws a Problem that says why not. */
export async function buildVersion(address: string, told: (job: Job) => void): Promise<Version> {
  const ordered = await ask<Build>(address, { method: "POST", body: {} });
  const ended = await new Promise<Job | null>((resolve) => {
    followJob(ordered.job_id, (job, over) => {
      if (job) told(job);
      if (over) resolve(job);
    });
  });
  const build = await ask<Build>(`${DATASETS}/builds/${ordered.build_id}`);
  if (!build.dataset_id) throw new Problem(409, ended?.error?.code ?? "", ended?.error?.message ?? "");
  return ask<Version>(`${DATASETS}/${build.dataset_id}`);
}
