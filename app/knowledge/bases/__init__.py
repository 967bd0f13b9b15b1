"""Knowledge bases: who may read each, in which channels, and which one is right when two of them answer."""
