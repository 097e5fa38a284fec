"""One act for many things: shown before it is done, done by the worker row by row."""
