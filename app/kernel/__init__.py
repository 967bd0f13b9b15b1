"""The foundation of every room: settings, database, errors, events, jobs, blobs, live streams; no business noun."""
