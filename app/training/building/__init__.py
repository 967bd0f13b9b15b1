"""Building dataset versions as jobs: opened by staff, done by a worker, followed through the job's progress."""
