//! Runs the built programs from outside and compares them.

fn main() {}
