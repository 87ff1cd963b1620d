//! Runs the measuring as its users do, and tries to deceive it.
