//! Watches programs as its users do.
