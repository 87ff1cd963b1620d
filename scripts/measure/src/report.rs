//! What a reader sees of the results: in a terminal, in Markdown, in pictures.

mod answer;
pub mod axis;
mod chart;
pub mod html;
pub mod markdown;
pub mod output;
pub mod page;
pub mod pictures;
mod progress;
mod terminal;
pub mod text;
pub mod units;

pub use progress::Progress;
pub use terminal::Report;
