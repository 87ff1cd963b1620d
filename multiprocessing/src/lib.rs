//! Processes and a pool of them.
