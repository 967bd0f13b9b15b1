"""Material: rows people must look at before anything is learnt from them, from files and from colleagues' replies."""
