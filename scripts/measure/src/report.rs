//! What every kind of report needs: axes, text that fits, and files.

pub mod axis;
pub mod file;
pub mod text;
