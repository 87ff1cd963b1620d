//! The programs of `multiprocessing`, run as a reader runs them.
